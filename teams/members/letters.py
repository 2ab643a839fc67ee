"""The e-mails that people get about joining, and owners about leaving."""

from django.urls import reverse

from console.mail.letters import letter_from
from console.mail.outbox import Letter
from console.notices.kinds import MEMBER_LEFT
from console.notices.letters import tell_by_letter
from console.notices.telling import News, people_of
from teams.models.memberships import INVITATION_DAYS, Invitation, Membership


def invitation_letter(invitation: Invitation) -> Letter:
    """The invitation with its link."""
    return letter_from(
        "teams/members/invitation_letter.txt",
        invitation.email,
        invitation=invitation,
        places=list(invitation.places.all()),
        path=reverse("teams:invitation", args=[invitation.uuid, invitation.key()]),
        days=INVITATION_DAYS,
    )


def tell_of_departure(membership: Membership) -> None:
    """Tell the owners that somebody has left, with the way to what they leave behind."""
    organization, person = membership.organization, membership.user
    path = reverse("robots:departure", args=[organization.slug, person.uuid])
    words = f"{person.display_name} has left {organization.name}"
    news = News(person, words, path, people_of(organization), {"email": person.email})
    tell_by_letter(MEMBER_LEFT, organization, news)
