"""The e-mails that people get about joining."""

from django.urls import reverse

from console.mail.letters import letter_from
from console.mail.outbox import Letter
from teams.models.memberships import INVITATION_DAYS, Invitation


def invitation_letter(invitation: Invitation) -> Letter:
    """The invitation with its link."""
    return letter_from(
        "teams/members/invitation_letter.txt",
        invitation.email,
        invitation=invitation,
        path=reverse("teams:invitation", args=[invitation.uuid, invitation.key()]),
        days=INVITATION_DAYS,
    )
