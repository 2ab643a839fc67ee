"""When something ends: in so many days, on a date, or never; resolved to a moment."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from console import moments
from console.forms import DayField
from robots.base.periods import MAX_DAYS, last_day
from robots.base.policy import OPEN, Policy, lifetime_verdict

PRESETS = (30, 90, 365)
NEVER = "never"
# What a form offers first that shows an end: to leave it as it is.
KEEP = "keep"
EXPIRY_FIELDS = {"expiry", "expiry_days", "expiry_date"}
# What a number of days is for never.
ENDLESS = -1
DAYS_WORDS = f"Enter a number of days from 1 to {MAX_DAYS:,}, or -1 for never."


def validate_days(days: int) -> None:
    """Days from now, or -1; above all not 0, which other systems take for never."""
    if days != ENDLESS and not 1 <= days <= MAX_DAYS:
        raise ValidationError(DAYS_WORDS)


def expiry_choices(now: datetime, policy: Policy = OPEN) -> list[tuple[str, str]]:
    """The choices that `policy` leaves, with the moment each comes to; its own numbers among them."""
    longest = policy.maximum_days or MAX_DAYS
    offered = {*PRESETS, policy.default_days or 0, policy.maximum_days or 0}
    days = [
        (str(n), f"{n:,} day{'s'[: n > 1]}, until {moments.absolute(now + timedelta(days=n))}")
        for n in sorted(offered)
        if 0 < n <= longest
    ]
    never = [] if lifetime_verdict(policy, now, None) else [(NEVER, "Never expires")]
    return [*never, *days, ("days", "After a number of days"), ("date", "On a date")]


class ExpiryFormMixin(forms.Form):
    """Adds `expiry` with its days and date, and `expires_at` to what comes out."""

    expiry = forms.ChoiceField(label="Expires", initial=NEVER)
    expiry_days = forms.IntegerField(
        label="Number of days",
        required=False,
        validators=[validate_days],
        widget=forms.NumberInput,
        help_text="Counted from now, to the minute.",
    )
    expiry_date = DayField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Valid until the end of that day, UTC.",
    )

    policy: Policy = OPEN

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.presets_expiry = "expiry" not in self.initial
        self.apply_policy(OPEN)

    def apply_policy(self, policy: Policy) -> None:
        """Offer what `policy` allows, preset its default, and say what it does not allow."""
        self.policy, field, reason = policy, self.fields["expiry"], policy.lifetime_words
        now = timezone.now()
        if isinstance(field, forms.ChoiceField):
            field.choices = [*self.kept_choices(), *expiry_choices(now, policy)]
        if self.presets_expiry:
            self.initial["expiry"] = str(policy.preset_days or NEVER)
        self._bound_by(policy, now)
        if reason:
            field.help_text = f"The token policy: {reason}"
            field.error_messages["invalid_choice"] = reason

    def kept_choices(self) -> list[tuple[str, str]]:
        """What stands before the other choices."""
        return []

    def _bound_by(self, policy: Policy, now: datetime) -> None:
        """Let browsers preview and offer nothing that is refused."""
        longest = policy.maximum_days or MAX_DAYS
        least = 1 if lifetime_verdict(policy, now, None) else ENDLESS
        bounds = {
            "expiry_days": (least, longest),
            "expiry_date": (now.date(), last_day(now, longest)),
        }
        for name, (first, last) in bounds.items():
            self.fields[name].widget.attrs |= {"min": str(first), "max": str(last)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["expires_at"] = end = self._resolve(cleaned)
        if cleaned.get("expiry") == KEEP:
            return cleaned
        named = {"days": "expiry_days", "date": "expiry_date"}.get(cleaned.get("expiry", ""))
        reason = lifetime_verdict(self.policy, timezone.now(), end)
        if reason and not self.errors.keys() & EXPIRY_FIELDS:
            self.add_error(named or "expiry", reason)
        return cleaned

    def _resolve(self, cleaned: dict[str, Any]) -> datetime | None:
        choice = cleaned.get("expiry") or NEVER
        match choice:
            case "date":
                return self._end_of(cleaned.get("expiry_date"))
            case "days":
                return self._after(cleaned.get("expiry_days"))
        return None if choice == NEVER else timezone.now() + timedelta(days=int(choice))

    def _after(self, days: int | None) -> datetime | None:
        if days is None:
            if "expiry_days" not in self.errors:
                self.add_error("expiry_days", DAYS_WORDS)
            return None
        if days == ENDLESS:
            return None
        return timezone.now() + timedelta(days=days)

    def _end_of(self, day: Any) -> datetime | None:  # noqa: ANN401 - a date or nothing
        if day is None:
            if "expiry_date" not in self.errors:
                self.add_error("expiry_date", "Choose the last day.")
            return None
        end = datetime.combine(day, time(23, 59, 59), UTC)
        now = timezone.now()
        if end <= now or day > last_day(now, MAX_DAYS):
            self.add_error("expiry_date", f"Choose a day in the next {MAX_DAYS:,} days.")
            return None
        return end


class KeptExpiryMixin(ExpiryFormMixin):
    """The same for what has an end: at first it stays as it is, to the moment."""

    def keep_end(self, present: datetime | None, policy: Policy = OPEN) -> None:
        """Offer to leave `present` as it is, and what `policy` allows."""
        self.present = present
        self.apply_policy(policy)

    def kept_choices(self) -> list[tuple[str, str]]:
        if not hasattr(self, "present"):
            return []
        ends = moments.absolute(self.present) if self.present else "never"
        return [(KEEP, f"As it is: {ends}")]

    def _resolve(self, cleaned: dict[str, Any]) -> datetime | None:
        is_kept = cleaned.get("expiry", KEEP) == KEEP
        return self.present if is_kept else super()._resolve(cleaned)
