"""The e-mail about an organization that is gone: nothing of it can be told under a bell."""

from console.audit.recording import EventActor
from console.mail import outbox
from console.mail.letters import letter_from
from console.models import Organization
from console.notices.telling import people_of


def tell_of_deletion(organization: Organization, actor: EventActor) -> None:
    """Write to everybody who owns it now that it goes, and who ended it."""
    for owner in people_of(organization):
        letter = letter_from(
            "robots/access/organization_deleted_letter.txt",
            owner.email,
            organization=organization,
            actor=actor,
        )
        outbox.put(letter)
