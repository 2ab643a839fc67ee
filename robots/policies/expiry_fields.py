"""When something ends: in so many days, on a date, or never; resolved to a moment."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from console import moments
from robots.base.periods import MAX_DAYS
from robots.base.policy import OPEN, Policy, lifetime_verdict

PRESETS = (30, 90, 365)
NEVER = "never"
EXPIRY_FIELDS = {"expiry", "expiry_days", "expiry_date"}
# What a number of days is for never.
ENDLESS = -1
DAYS_WORDS = f"Enter a number of days from 1 to {MAX_DAYS:,}, or -1 for never."


def validate_days(days: int) -> None:
    """Days from now, or -1; above all not 0, which other systems take for never."""
    if days != ENDLESS and not 1 <= days <= MAX_DAYS:
        raise ValidationError(DAYS_WORDS)


def expiry_choices(now: datetime, policy: Policy = OPEN) -> list[tuple[str, str]]:
    """The choices that `policy` leaves, with the date each one comes to; its own numbers among them."""
    longest = policy.maximum_days or MAX_DAYS
    offered = {*PRESETS, policy.default_days or 0, policy.maximum_days or 0}
    days = [
        (str(n), f"{n:,} day{'s'[: n > 1]}, until {moments.date(now + timedelta(days=n))}")
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
        widget=forms.NumberInput(attrs={"min": ENDLESS, "max": MAX_DAYS}),
    )
    expiry_date = forms.DateField(
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
        if isinstance(field, forms.ChoiceField):
            field.choices = expiry_choices(timezone.now(), policy)
        if self.presets_expiry:
            self.initial["expiry"] = str(policy.preset_days or NEVER)
        if reason:
            field.help_text = f"The token policy: {reason}"
            field.error_messages["invalid_choice"] = reason

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["expires_at"] = end = self._resolve(cleaned)
        named = {"days": "expiry_days", "date": "expiry_date"}.get(cleaned.get("expiry", ""))
        reason = lifetime_verdict(self.policy, timezone.now(), end)
        if reason and not self.errors.keys() & EXPIRY_FIELDS:
            self.add_error(named or "expiry", reason)
        return cleaned

    def _resolve(self, cleaned: dict[str, Any]) -> datetime | None:
        choice = cleaned.get("expiry", NEVER)
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
        if end <= timezone.now() or end > timezone.now() + timedelta(days=MAX_DAYS):
            self.add_error("expiry_date", f"Choose a day in the next {MAX_DAYS:,} days.")
            return None
        return end
