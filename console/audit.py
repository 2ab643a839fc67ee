"""The audit log: changes in one transaction with their event, chained so that edits show."""

import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from console import event_search as search
from console import keyring, links
from console.http import current
from console.models import AuditHead, Event, Organization
from console.models.events import SITE
from console.verification import Fault, verify_chain

__all__ = [
    "OPERATOR", "ROSTER", "Chain", "Doer", "Fault", "System", "Thing", "chain_of", "changing",
    "document", "record", "verify_chain",
]  # fmt: skip

UUID_FIELDS = ("uuid", "actor_uuid", "target_uuid", "token_uuid")

logger = structlog.get_logger("roster.audit")


class Doer(Protocol):
    """Who an event is about: the naming part of an actor."""

    @property
    def actor_kind(self) -> str: ...

    @property
    def actor_uuid(self) -> UUID | None: ...

    @property
    def actor_label(self) -> str: ...


class Thing(Protocol):
    """What an event is about."""

    uuid: Any


# What is recorded of a thing: its values by name, before and after.
Values = dict[str, Any] | None
Change = tuple[Thing, Values, Values]


@dataclass(frozen=True, slots=True)
class System:
    """Roster itself, or an operator at the command line."""

    actor_label: str
    actor_kind: str = "system"
    actor_uuid: None = None


OPERATOR = System("operator")
ROSTER = System("Roster")


@dataclass(slots=True)
class Chain:
    """The locked head of one chain, inside `changing`."""

    head: AuditHead
    organization_slug: str


def chain_of(organization: Organization | None) -> str:
    """The name of an organization's chain, or of the site's."""
    return organization.uuid.hex if organization else SITE


@contextmanager
def changing(organization: Organization | None) -> Iterator[Chain]:
    """One transaction whose first statement locks the chain's head; `None` is the site's chain.

    Everything that changes an organization runs inside, so two changes of it never interleave.
    """
    name = chain_of(organization)
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(chain=name).first()
        if head is None:
            AuditHead.objects.get_or_create(chain=name)
            head = AuditHead.objects.select_for_update().get(chain=name)
        yield Chain(head, organization.slug if organization else "")


def record(
    chain: Chain,
    *,
    actor: Doer,
    action: str,
    target: Thing,
    before: Values = None,
    after: Values = None,
) -> Event:
    """Append one event to the chain that `changing` locked. Never give it a secret."""
    event = _linked(chain, actor, action, (target, before, after))
    _append(chain.head, [event])
    return event


def record_each(chain: Chain, *, actor: Doer, action: str, changes: Iterable[Change]) -> None:
    """Append one event for each thing that changed, in one go: for what reaches thousands."""
    _append(chain.head, [_linked(chain, actor, action, change) for change in changes])


def _linked(chain: Chain, actor: Doer, action: str, change: Change) -> Event:
    """The next event of the chain; its end in memory moves along."""
    head, (target, before, after) = chain.head, change
    event = Event(
        uuid=uuid.uuid4(),
        chain=head.chain,
        number=head.number + 1,
        created_at=timezone.now(),
        organization_slug=chain.organization_slug,
        action=action,
        before=_plain(before),
        after=_plain(after),
        root_number=keyring.current(),
        **_who_and_what(actor, target),
    )
    columns = [getattr(event, name) for name in links.LINKED_FIELDS]
    event.link = links.link(bytes(head.link), columns, links.key(event.root_number))
    head.number, head.link, head.root_number = event.number, event.link, event.root_number
    return event


def _who_and_what(actor: Doer, target: Thing) -> dict[str, Any]:
    context = current.get()
    return {
        "actor_kind": actor.actor_kind,
        "actor_uuid": actor.actor_uuid,
        "actor_label": actor.actor_label,
        "target_kind": type(target).__name__.lower(),
        "target_uuid": target.uuid,
        "target_label": str(target),
        "token_uuid": context.access_id,
        "request_id": context.request_id,
        "address": context.address,
    }


def _append(head: AuditHead, events: list[Event]) -> None:
    Event.objects.bulk_create(events, batch_size=500)
    search.add(events)
    head.seal = links.seal(head.chain, head.number, bytes(head.link), head.root_number)
    head.save(update_fields=["number", "link", "root_number", "seal"])
    for event in events:
        transaction.on_commit(partial(logger.info, "audit", **document(event)))


def _plain(values: Values) -> dict[str, Any]:
    """`values` as JSON will give them back, so that a link computed later is the same."""
    plain: dict[str, Any] = json.loads(json.dumps(values or {}, cls=DjangoJSONEncoder, default=str))
    return plain


def document(event: Event) -> dict[str, Any]:
    """The event as JSON takes it: what is linked, and what leaves on standard output."""
    values = {name: getattr(event, name) for name in links.LINKED_FIELDS}
    values |= {name: str(values[name]) for name in UUID_FIELDS if values[name]}
    values["created_at"] = event.created_at.isoformat()
    return values
