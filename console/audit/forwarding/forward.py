"""The job: what follows the last event that a destination has taken, chain by chain and in order.

The position is written after the destination has taken a batch. What dies in between is sent again, so
each event arrives at least once; its chain and number tell a second copy.
"""

import itertools
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from console.audit.forwarding.files import File
from console.audit.forwarding.syslog import Syslog
from console.audit.recording import document
from console.jobs.running import heartbeat
from console.models import AuditForward, AuditHead, Event

BATCH = 500
# So many are asked how long they wait.
MOST_CHAINS = 100
FILE, SYSLOG = "file", "syslog"


class Destination(Protocol):
    """Where events go. `take` returns once they are there, or raises `OSError`."""

    def take(self, events: list[Event], lines: list[str]) -> None: ...


def destinations() -> dict[str, Destination]:
    """What the settings name, by what positions are kept under."""
    found: dict[str, Destination] = {}
    if settings.ROSTER_AUDIT_FILE:
        found[FILE] = File(settings.ROSTER_AUDIT_FILE)
    if settings.ROSTER_AUDIT_SYSLOG:
        found[SYSLOG] = Syslog(settings.ROSTER_AUDIT_SYSLOG, settings.ROSTER_OUTGOING_CA_FILE)
    return found


def forward() -> int:
    """Send what is new to each destination, and say how much. One that fails holds up no other."""
    sent, faults = 0, list[OSError]()
    for name, destination in destinations().items():
        try:
            for batch in _batches(name):
                destination.take(batch, [line(event) for event in batch])
                _keep_position(name, batch[-1])
                sent += len(batch)
        except OSError as fault:
            faults.append(fault)
    if faults:
        raise faults[0]
    return sent


def _batches(name: str) -> Iterator[list[Event]]:
    for chain, done in list(_behind(name).values_list("chain", "done")):
        last, rest = done, Event.objects.filter(chain=chain).order_by("number")
        while batch := list(rest.filter(number__gt=last)[:BATCH]):
            heartbeat()
            yield batch
            last = batch[-1].number


def _behind(name: str) -> QuerySet[Any]:
    """The ends of chains that have moved since; `done` is the last number that was taken."""
    position = AuditForward.objects.filter(destination=name, chain=OuterRef("chain"))
    done = Coalesce(Subquery(position.values("number")[:1]), 0)
    return AuditHead.objects.annotate(done=done).filter(number__gt=F("done")).order_by("chain")


def _keep_position(name: str, event: Event) -> None:
    AuditForward.objects.update_or_create(
        destination=name, chain=event.chain, defaults={"number": event.number}
    )


def line(event: Event) -> str:
    """The event as it stands on standard output, in JSON."""
    entry: dict[str, Any] = {
        "event": "audit",
        "logger": "roster.audit",
        "level": "info",
        "timestamp": event.created_at.isoformat(),
    }
    return json.dumps(document(event) | entry, separators=(",", ":"))


def waiting_since(name: str) -> datetime | None:
    """When the first event happened that a destination has not taken."""
    behind = dict(_behind(name).values_list("chain", "done"))
    following = (
        Event.objects.filter(chain=chain, number__gt=done).order_by("number")
        for chain, done in itertools.islice(behind.items(), MOST_CHAINS)
    )
    moments = (rows.values_list("created_at", flat=True).first() for rows in following)
    return min(filter(None, moments), default=None)
