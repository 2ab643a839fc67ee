"""Noting in the audit log what was read out of it."""

from console.audit.recording import changing, record
from console.models import Organization
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission


def note_export(
    *, actor: Actor, organization: Organization, form: str, filters: dict[str, str]
) -> None:
    """Record who takes a copy of the audit log, and of which part, before they get it."""
    with changing(organization) as chain:
        require(actor, Permission.EVENT_READ, organization)
        record(
            chain,
            actor=actor,
            action="audit-log:exported",
            target=organization,
            after={"form": form, "filters": filters},
        )
