"""The audit log: changes in one transaction with their event, chained so that edits show.

A link is HMAC-SHA-256 under the keyring over the previous link and the event's canonical JSON, so
whoever can write the table still cannot re-make a chain.
"""

import hashlib
import hmac
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

from console import keyring
from console.http import current
from console.models import AuditHead, Event, Organization
from console.models.events import SITE

PURPOSE = "audit-chain:v1"
LINKED_FIELDS = (
    "uuid", "chain", "number", "created_at", "organization_slug", "actor_kind", "actor_uuid",
    "actor_label", "action", "target_kind", "target_uuid", "target_label", "before", "after",
    "request_id", "address", "root_number",
)  # fmt: skip

UUID_FIELDS = ("uuid", "actor_uuid", "target_uuid")

# What is recorded of a thing: its values by name.
Values = dict[str, Any] | None

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
    event = _linked(chain, actor, action, target, before, after)
    event.save(force_insert=True)
    _close(chain, [event])
    return event


def record_each(
    chain: Chain, *, actor: Doer, action: str, changes: Iterable[tuple[Thing, Values, Values]]
) -> None:
    """Append one event for each target with its before and after, in one go: for what hits thousands."""
    events = [
        _linked(chain, actor, action, target, before, after) for target, before, after in changes
    ]
    Event.objects.bulk_create(events, batch_size=500)
    _close(chain, events)


def _linked(
    chain: Chain, actor: Doer, action: str, target: Thing, before: Values, after: Values
) -> Event:
    """The next event of the chain; the head in memory moves with it."""
    event = Event(
        uuid=uuid.uuid4(),
        chain=chain.head.chain,
        number=chain.head.number + 1,
        created_at=timezone.now(),
        organization_slug=chain.organization_slug,
        action=action,
        before=_plain(before),
        after=_plain(after),
        root_number=keyring.current(),
        **_who_and_what(actor, target),
    )
    event.link = link(bytes(chain.head.link), event)
    chain.head.number, chain.head.link = event.number, event.link
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
        "request_id": context.request_id,
        "address": context.address,
    }


def _close(chain: Chain, events: list[Event]) -> None:
    chain.head.save(update_fields=["number", "link"])
    for event in events:
        transaction.on_commit(partial(logger.info, "audit", **_document(event)))


def _plain(values: Values) -> dict[str, Any]:
    """`values` as JSON will give them back, so that a link computed later is the same."""
    plain: dict[str, Any] = json.loads(json.dumps(values or {}, cls=DjangoJSONEncoder, default=str))
    return plain


def _document(event: Event) -> dict[str, Any]:
    """The event as JSON takes it: what is linked, and what leaves on standard output."""
    document = {name: getattr(event, name) for name in LINKED_FIELDS}
    document |= {name: str(document[name]) for name in UUID_FIELDS if document[name]}
    document["created_at"] = event.created_at.isoformat()
    return document


def link(previous: bytes, event: Event) -> bytes:
    """The link that follows `previous` for `event`."""
    body = json.dumps(_document(event), sort_keys=True, separators=(",", ":")).encode()
    key = keyring.key(PURPOSE, event.root_number)
    return hmac.digest(key, previous + body, hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Fault:
    """What `verify_chain` found, and at which number."""

    number: int
    text: str


def verify_chain(name: str) -> list[Fault]:
    """Everything wrong with one chain: edited, missing, inserted or swapped events, a cut tail."""
    faults: list[Fault] = []
    previous, expected = b"", 1
    for event in Event.objects.filter(chain=name).order_by("number").iterator():
        if event.number != expected:
            faults.append(Fault(expected, f"events {expected} to {event.number - 1} are missing"))
        elif not hmac.compare_digest(link(previous, event), bytes(event.link)):
            faults.append(Fault(event.number, "the event does not follow from the one before it"))
        previous, expected = bytes(event.link), event.number + 1
    head = AuditHead.objects.filter(chain=name).first()
    if head is None:
        # Every event comes with one, so only nothing at all is in order without it.
        return [*faults, Fault(expected, "the chain has lost its end")] if previous else faults
    if head.number != expected - 1 or bytes(head.link) != previous:
        faults.append(Fault(expected, f"the chain should end at event {head.number}"))
    return faults
