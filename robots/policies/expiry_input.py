"""When something ends, in bodies: a moment, or a number of days from now."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from console.api.serializers import InputSerializer, MomentField, StrictIntegerField
from robots.base.periods import MAX_DAYS
from robots.policies.expiry_fields import DAYS_WORDS, ENDLESS

MAX_SECONDS = MAX_DAYS * 24 * 60 * 60
ENDS = ("expires_at", "expires_in_days", "expires_in")


class ExpiryInput(InputSerializer):
    """Adds `expires_at`, `expires_in_days` and `expires_in`, of which one may be given."""

    expires_at = MomentField(
        required=False,
        allow_null=True,
        help_text=f"With its offset, in the next {MAX_DAYS:,} days. `null` is never.",
    )
    expires_in_days = StrictIntegerField(
        required=False,
        min_value=ENDLESS,
        max_value=MAX_DAYS,
        error_messages={"min_value": DAYS_WORDS, "max_value": DAYS_WORDS},
        help_text=f"-1 is never, else 1 to {MAX_DAYS}. Instead of `expires_at`.",
    )
    expires_in = StrictIntegerField(
        required=False,
        min_value=1,
        max_value=MAX_SECONDS,
        help_text="Seconds from when the request is handled. Instead of `expires_at`.",
    )

    def validate_expires_in_days(self, days: int) -> int:
        """Above all not 0, which other systems take for never; the bounds are the field's own."""
        if days == 0:
            raise serializers.ValidationError(DAYS_WORDS)
        return days

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        given = [name for name in ENDS if name in values]
        if len(given) > 1:
            both = f"Give `{given[0]}` or `{given[1]}`, not both."
            raise serializers.ValidationError({given[1]: both})
        if (days := values.pop("expires_in_days", None)) is not None:
            values["expires_at"] = _after(days)
        if (seconds := values.pop("expires_in", None)) is not None:
            values["expires_at"] = timezone.now() + timedelta(seconds=seconds)
        return values


def _after(days: int) -> datetime | None:
    return None if days == ENDLESS else timezone.now() + timedelta(days=days)
