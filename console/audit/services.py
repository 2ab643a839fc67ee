"""Noting in the audit log what was read out of it, and that it begins anew from an older end."""

from dataclasses import asdict

from console.audit.acceptance import ACCEPTED
from console.audit.checkpoints import write_down
from console.audit.older_database import Site, unaccepted
from console.audit.recording import EventActor, changing, record
from console.models import AuditHead, Organization
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


def accept_older_database(*, actor: EventActor) -> bool:
    """Let the chains go on from where an older backup ends, and write that end down; whether one waited.

    Checkpoints from before say nothing of the chains any longer, on whichever machine they lie.
    """
    found = unaccepted()
    if found:
        with changing(None) as chain:
            after = {"chains": [asdict(each) for each in found]}
            record(chain, actor=actor, action=ACCEPTED, target=Site(), after=after)
        write_down(list(AuditHead.objects.order_by("id")))
    return bool(found)
