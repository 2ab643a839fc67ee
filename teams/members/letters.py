"""The e-mails that people get, as text. Pure but for the settings' origin."""

from django.conf import settings
from django.urls import reverse

from console.mail.outbox import Letter
from teams.models.memberships import INVITATION_DAYS, Invitation


def invitation_letter(invitation: Invitation) -> Letter:
    """The invitation with its link."""
    link = reverse("teams:invitation", args=[invitation.uuid, invitation.key()])
    name = invitation.organization.name
    return Letter(
        to=invitation.email,
        subject=f"Join {name} on Roster",
        body=(
            f"{invitation.created_by} invites you to {name} as {invitation.role_words}.\n\n"
            f"Open this link to join. It works once, for this address, for {INVITATION_DAYS} days:\n\n"
            f"{settings.ROSTER_ORIGIN}{link}\n\n"
            "If you do not know what this is about, do nothing.\n"
        ),
    )
