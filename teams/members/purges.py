"""What of people's things goes after its time."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from console.jobs.purges import delete
from teams.models import Departure, Invitation
from teams.models.memberships import INVITATION_DAYS

INVITATIONS_KEPT = timedelta(days=90)
# After that a page about somebody who left has their name only as long as the account is there.
DEPARTURES_KEPT = timedelta(days=365)


def forget_invitations() -> int:
    """Invitations that were accepted, withdrawn or over long ago; the audit log keeps who came."""
    before = timezone.now() - INVITATIONS_KEPT
    over = Q(sent_at__lt=before - timedelta(days=INVITATION_DAYS))
    ended = Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before)
    return delete(
        Invitation.objects.filter(ended | (over & Q(accepted_at=None, withdrawn_at=None)))
    )


def forget_departures() -> int:
    """Who left so long ago that what they left behind is somebody else's matter by now."""
    return delete(Departure.objects.filter(left_at__lt=timezone.now() - DEPARTURES_KEPT))
