"""What whoever invited somebody is told when that person joins."""

from collections.abc import Iterable

from django.urls import reverse

from console.notices.kinds import INVITATION_INCOMPLETE
from console.notices.letters import tell_by_letter
from console.notices.telling import News
from teams.models import Invitation, InvitedPlace, User


def tell_of_refused(invitation: Invitation, refused: Iterable[InvitedPlace]) -> None:
    """That something of it could not be given any more; a robot that invited reads no notices."""
    inviters = [uuid for uuid in (invitation.inviter_uuid,) if uuid]
    people = User.objects.filter(uuid__in=inviters, is_active=True)
    what = [place.label for place in refused]
    news = News(
        invitation,
        f"{invitation.email} has joined, but you may not give this any more: {', '.join(what)}",
        reverse("teams:member-list", args=[invitation.organization.slug]),
        list(people),
        {"email": invitation.email, "not_given": what},
    )
    tell_by_letter(INVITATION_INCOMPLETE, invitation.organization, news)
