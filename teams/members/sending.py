"""How often letters of invitation go out, so that nobody's mailbox is filled."""

import math
from datetime import datetime, timedelta

from django.utils import timezone

from console.errors import TooMany
from console.models import Organization
from teams.models import Invitation

# Between two letters to one address.
PAUSE = timedelta(minutes=5)
# Invitations of one organization whose last letter went within an hour, withdrawn and accepted ones too.
MAX_HOURLY = 100
HOUR = timedelta(hours=1)


def require_pause(organization: Organization, email: str) -> None:
    """Raise `TooMany` unless a letter may go now. Counts rows, so ask under the organization's lock."""
    sent = Invitation.objects.filter(organization=organization).order_by("-sent_at")
    moments = sent.values_list("sent_at", flat=True)
    _require_over(
        moments.filter(email=email).first(), PAUSE, "This address had a letter minutes ago."
    )
    full = moments.filter(sent_at__gt=timezone.now() - HOUR)[MAX_HOURLY - 1 : MAX_HOURLY]
    _require_over(
        next(iter(full), None), HOUR, "This organization has sent many invitations within the hour."
    )


def _require_over(since: datetime | None, wait: timedelta, words: str) -> None:
    left = wait - (timezone.now() - since) if since else timedelta()
    if left > timedelta():
        raise TooMany(f"{words} Wait, then send it.", math.ceil(left.total_seconds()))
