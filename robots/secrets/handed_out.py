"""What a registry was handed before a token ended, in words."""

from datetime import timedelta

from django.conf import settings
from django.utils.timesince import timesince
from django.utils.timezone import now


def handed_out() -> str:
    """How long a registry goes on taking what it was handed; Roster is not asked again for that."""
    moment = now()
    lasting = timesince(moment, moment + timedelta(seconds=settings.ROSTER_REGISTRY_TOKEN_SECONDS))
    return f"What a registry was handed before stays good for {lasting} at most."
