"""The audit log: changes in one transaction with their event, chained so that edits show."""

import json
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from console import keyring
from console.audit import links, search
from console.errors import Conflict
from console.http import current
from console.models import AuditHead, Event, Organization
from console.models.events import SITE

UUID_FIELDS = ("uuid", "actor_uuid", "target_uuid", "token_uuid")

logger = structlog.get_logger("roster.audit")


class EventActor(Protocol):
    """Who an event is about: the naming part of an actor."""

    @property
    def actor_kind(self) -> str: ...

    @property
    def actor_uuid(self) -> UUID | None: ...

    @property
    def actor_label(self) -> str: ...


class EventTarget(Protocol):
    """What an event is about."""

    @property
    def uuid(self) -> Any: ...  # noqa: ANN401 - a UUID; Django's stubs say so of no field


class OrganizationDeleted(Conflict):
    """Its chain has ended, and nothing of it changes any more."""

    title = "The organization is gone"


# What is recorded of a thing: its values by name, before and after.
Values = dict[str, Any] | None
Change = tuple[EventTarget, Values, Values]


@dataclass(frozen=True, slots=True)
class System:
    """Roster itself, or an operator at the command line."""

    actor_label: str
    actor_kind: str = "system"
    actor_uuid: None = None
    is_operator: bool = False


OPERATOR = System("operator", is_operator=True)
ROSTER = System("Roster")


@dataclass(slots=True)
class Chain:
    """One chain whose head this transaction has locked, inside `changing`.

    What is known of its end is worth as much as the savepoint in which it was read or moved: when that
    has ended, it may have been rolled back, and the end is read again.
    """

    _head: AuditHead
    organization_slug: str
    # The number of the last event before this change.
    number_before: int
    # The actions recorded since, also those that a savepoint has undone.
    actions: set[str] = field(default_factory=set)
    _known_in: list[str | None] = field(default_factory=lambda: [*connection.savepoint_ids])

    @property
    def is_known(self) -> bool:
        """Whether the end in memory is the database's."""
        return connection.savepoint_ids[: len(self._known_in)] == self._known_in

    @property
    def head(self) -> AuditHead:
        """The chain's end as the database has it now."""
        if not self.is_known:
            self._head.refresh_from_db()
            self.keep()
        return self._head

    def keep(self) -> None:
        """What is known now counts until the innermost open savepoint ends."""
        self._known_in = [*connection.savepoint_ids]


class _Locks(threading.local):
    """The chains of this thread's transaction: those inside `changing`, and the names of all it locked."""

    def __init__(self) -> None:
        self.chains: dict[str, Chain] = {}
        self.names: frozenset[str] = frozenset()


_locks = _Locks()


def chain_of(organization: Organization | None) -> str:
    """The name of an organization's chain, or of the site's."""
    return organization.uuid.hex if organization else SITE


def names(chains: list[str]) -> dict[str, str]:
    """What people call each chain: its organization's name in addresses, `site`, or the chain itself."""
    found = {chain: chain for chain in chains}
    ended = AuditHead.objects.filter(chain__in=chains).exclude(deleted_organization="")
    for chain, slug in ended.values_list("chain", "deleted_organization"):
        found[chain] = f"{slug} (deleted)"
    uuids = [UUID(chain) for chain in chains if chain != SITE]
    for own, slug in Organization.objects.filter(uuid__in=uuids).values_list("uuid", "slug"):
        found[own.hex] = slug
    return found


@contextmanager
def changing(organization: Organization | None) -> Iterator[Chain]:
    """One transaction whose first statement locks the chain's head; `None` is the site's chain.

    Everything that changes an organization runs inside, so two changes of it never interleave, and
    none follows its deletion (`OrganizationDeleted`). Inside itself it joins what is open: one lock, one
    order of events; what fails in it is undone alone.
    Chains are locked in one order, the site's first, or `RuntimeError`: nobody waits crosswise.
    """
    name, former = chain_of(organization), _locks.names
    opened = _joined(_locks.chains[name]) if name in _locks.chains else _opened(name, organization)
    try:
        with opened as chain:
            yield chain
    except BaseException:
        _locks.names = former  # a savepoint that is rolled back gives its locks back
        raise


@contextmanager
def _joined(chain: Chain) -> Iterator[Chain]:
    with transaction.atomic():
        yield chain
        is_kept = chain.is_known and not transaction.get_rollback()
    if is_kept:
        chain.keep()


@contextmanager
def _opened(name: str, organization: Organization | None) -> Iterator[Chain]:
    _require_order(name)
    try:
        with transaction.atomic():
            head = _lock(name)
            chain = Chain(head, organization.slug if organization else "", head.number)
            _locks.chains[name] = chain
            _locks.names |= {name}
            yield chain
            _follow(chain, name)
    finally:
        _locks.chains.pop(name, None)
        if not _locks.chains:
            _locks.names = frozenset()


def _follow(chain: Chain, name: str) -> None:
    """Let programs be told of what was recorded, once for all of it."""
    if chain.actions and not transaction.get_rollback():
        import_string(settings.EVENTS_FOLLOWED_BY)(name, chain.number_before, chain.actions)


def _require_order(name: str) -> None:
    later = {held for held in _locks.names if _place(held) > _place(name)}
    if later and name not in _locks.names:
        raise RuntimeError(f"The chain {name} is locked before {', '.join(sorted(later))}.")


def _place(name: str) -> tuple[bool, str]:
    return name != SITE, name


def _lock(name: str) -> AuditHead:
    rows = AuditHead.objects.select_for_update().filter(chain=name)
    head = rows.first()
    if head is None:
        AuditHead.objects.get_or_create(chain=name)
        head = rows.get()
    if head.deleted_organization:
        raise OrganizationDeleted("The organization has been deleted meanwhile.")
    return head


def end_chain(chain: Chain) -> None:
    """Let nothing follow in the chain of an organization that is being deleted: part of that change."""
    head = chain.head
    head.deleted_organization = chain.organization_slug
    head.save(update_fields=["deleted_organization"])


def record(
    chain: Chain,
    *,
    actor: EventActor,
    action: str,
    target: EventTarget,
    before: Values = None,
    after: Values = None,
) -> Event:
    """Append one event to the chain that `changing` locked. Never give it a secret."""
    event = _linked(chain, actor, action, (target, before, after))
    _append(chain, [event])
    return event


def record_each(chain: Chain, *, actor: EventActor, action: str, changes: Iterable[Change]) -> None:
    """Append one event for each thing that changed, in one go: for what reaches thousands."""
    _append(chain, [_linked(chain, actor, action, change) for change in changes])


def _linked(chain: Chain, actor: EventActor, action: str, change: Change) -> Event:
    """The next event of the chain; its end in memory moves along."""
    head, (target, before, after) = chain.head, change
    event = Event(
        uuid=uuid.uuid4(),
        format=links.FORMAT,
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
    chain.actions.add(action)
    columns = [getattr(event, name) for name in links.LINKED_FIELDS]
    event.link = links.link(bytes(head.link), columns, links.key(event.root_number))
    chain.keep()
    head.number, head.link, head.root_number = event.number, event.link, event.root_number
    return event


def _who_and_what(actor: EventActor, target: EventTarget) -> dict[str, Any]:
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


def _append(chain: Chain, events: list[Event]) -> None:
    head = chain.head
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
    """The event as JSON takes it: what is linked, and its link, so that a copy can be verified. So it
    leaves on standard output, too.
    """
    values = {name: getattr(event, name) for name in links.LINKED_FIELDS}
    values |= {name: str(values[name]) for name in UUID_FIELDS if values[name]}
    values["created_at"] = event.created_at.isoformat()
    return values | {"link": bytes(event.link).hex()}
