"""When something ends, in bodies: a moment, or a number of days from now."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from console.api.serializers import InputSerializer, StrictIntegerField
from robots.base.periods import MAX_DAYS
from robots.policies.expiry_fields import ENDLESS, validate_days


class ExpiryInput(InputSerializer):
    """Adds `expires_at` and `expires_in_days`, of which one may be given."""

    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="`null` is never."
    )
    expires_in_days = StrictIntegerField(
        required=False,
        validators=[validate_days],
        min_value=ENDLESS,
        max_value=MAX_DAYS,
        help_text=f"-1 is never, else 1 to {MAX_DAYS}. Instead of `expires_at`.",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        if {"expires_at", "expires_in_days"} <= values.keys():
            raise serializers.ValidationError(
                {"expires_in_days": "Give `expires_at` or `expires_in_days`, not both."}
            )
        if (days := values.pop("expires_in_days", None)) is not None:
            values["expires_at"] = _after(days)
        return values


def _after(days: int) -> datetime | None:
    return None if days == ENDLESS else timezone.now() + timedelta(days=days)


def preset_end(days: int | None) -> datetime | None:
    """The end that a policy presets; `None` is never."""
    return None if days is None else timezone.now() + timedelta(days=days)
