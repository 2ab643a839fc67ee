"""When something ends: in so many days, on a date, or never; resolved to a moment."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from console import moments

PRESETS = (30, 90, 365)
MAX_DAYS = 36_500
NEVER = "never"
# What a number of days is for never.
ENDLESS = -1
DAYS_WORDS = f"Enter a number of days from 1 to {MAX_DAYS:,}, or -1 for never."


def validate_days(days: int) -> None:
    """Days from now, or -1; above all not 0, which other systems take for never."""
    if days != ENDLESS and not 1 <= days <= MAX_DAYS:
        raise ValidationError(DAYS_WORDS)


def expiry_choices(now: datetime) -> list[tuple[str, str]]:
    """The choices with the date each one comes to."""
    days = [(str(n), f"{n} days, until {moments.date(now + timedelta(days=n))}") for n in PRESETS]
    return [
        (NEVER, "Never expires"),
        *days,
        ("days", "After a number of days"),
        ("date", "On a date"),
    ]


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["expiry"]
        if isinstance(field, forms.ChoiceField):
            field.choices = expiry_choices(timezone.now())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["expires_at"] = self._resolve(cleaned)
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
