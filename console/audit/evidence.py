"""Events from elsewhere: lines that left on standard output or an export, or a newer database.

They are verified from what this database has of their chains on, so that after a restore they can be
believed to be what came later. Nothing here changes anything.
"""

import hmac
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.models import Max, Min, QuerySet

from console.audit import links
from console.audit.files import PIECE, pieces
from console.audit.recording import UUID_FIELDS, document
from console.audit.verification import Fault, missing
from console.databases.connections import database_of
from console.models import AuditHead, Event
from console.models.events import SITE

NEWER = "newer"
NOTHING = UUID(int=0)
# What no line of a log has that is not an event.
MARK = '"actor_kind"'


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it was told; `is_verified` when its link follows from the one before it."""

    values: dict[str, Any]
    link: bytes
    is_verified: bool = True

    @property
    def chain(self) -> str:
        return str(self.values["chain"])

    @property
    def number(self) -> int:
        return int(self.values["number"])

    @property
    def action(self) -> str:
        return str(self.values["action"])

    @property
    def at(self) -> datetime:
        moment: datetime = self.values["created_at"]
        return moment

    @property
    def target(self) -> UUID:
        """Of what it is about; nothing has the UUID that stands for none."""
        found: UUID | None = self.values["target_uuid"]
        return found or NOTHING

    @property
    def label(self) -> str:
        return str(self.values["target_label"])

    @property
    def before(self) -> dict[str, Any]:
        return dict(self.values["before"])

    @property
    def after(self) -> dict[str, Any]:
        return dict(self.values["after"])

    @property
    def columns(self) -> list[Any]:
        """What is linked, as `links.body` takes it."""
        return [self.values[name] for name in links.LINKED_FIELDS]


@dataclass(slots=True)
class Told:
    """What the evidence says of one chain: how far this database agrees with it, and what came after.

    `lines` came later, in order; `faults` are gaps and lines that Roster did not write.
    """

    chain: str
    common: int = 0
    end: int = 0
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Evidence:
    """What was told and this database does not have, by chain and number; not verified yet.

    `common` are the last numbers where both agree: what is linked before them agrees as well. `unread`
    lines seemed to be events and could not be read.
    """

    lines: dict[str, dict[int, list[Line]]] = field(default_factory=lambda: defaultdict(dict))
    common: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unread: int = 0

    def add(self, lines: Sequence[Line]) -> None:
        """Several at once; the same event from two logs is one."""
        known = _links_here(lines)
        for line in lines:
            if known.get((line.chain, line.number)) == line.link:
                self.common[line.chain] = max(self.common[line.chain], line.number)
                continue
            same = self.lines[line.chain].setdefault(line.number, [])
            if line not in same:
                same.append(line)


def _links_here(lines: Sequence[Line]) -> dict[tuple[str, int], bytes]:
    numbers = defaultdict(list)
    for line in lines:
        numbers[line.chain].append(line.number)
    return {
        (chain, number): bytes(link)
        for chain, wanted in numbers.items()
        for number, link in Event.objects.filter(chain=chain, number__in=wanted).values_list(
            "number", "link"
        )
    }


def from_lines(texts: Iterable[str]) -> Evidence:
    """Events among the lines of a log; what stands before the JSON, a container's time, is skipped."""
    found = Evidence()
    wanted = (text for text in texts if MARK in text)
    while piece := list(islice(wanted, PIECE)):
        read = [_read(text) for text in piece]
        found.unread += read.count(None)
        found.add([line for line in read if line is not None])
    return found


def _read(text: str) -> Line | None:
    """The event that a line of a log is; none if it is cut off or nothing of ours."""
    try:
        return _line(json.loads(text[text.index("{") :]))
    except (ValueError, KeyError, TypeError):
        return None


def _line(values: dict[str, Any]) -> Line:
    told = {name: values[name] for name in links.LINKED_FIELDS if name != "format"}
    told |= {name: UUID(told[name]) for name in UUID_FIELDS if told[name]}
    if told["chain"] != SITE:
        UUID(told["chain"])
    told["created_at"] = datetime.fromisoformat(told["created_at"])
    return Line(told | {"format": values.get("format", 1)}, bytes.fromhex(values["link"]))


def from_database(url: str) -> Evidence:
    """The events of a newer database, from where the two part on."""
    connections.settings[NEWER] = connections.settings["default"] | database_of(url)
    found = Evidence()
    try:
        for chain in AuditHead.objects.using(NEWER).values_list("chain", flat=True):
            found.common[chain] = _last_common(chain)
            later = Event.objects.using(NEWER).filter(chain=chain, number__gt=found.common[chain])
            for piece in pieces(later):
                found.add([_line(document(event)) for event in piece])
    finally:
        connections[NEWER].close()
    return found


def _last_common(chain: str) -> int:
    """Where two databases have the same link, they have the same before it: halve what is in question."""
    here, there = (Event.objects.using(name).filter(chain=chain) for name in ("default", NEWER))
    numbers = here.aggregate(first=Min("number"), last=Max("number"))
    low, high = (numbers["first"] or 1) - 1, numbers["last"] or 0
    while low < high:
        middle = (low + high + 1) // 2
        one, other = (_link_at(events, middle) for events in (here, there))
        low, high = (middle, high) if one is not None and one == other else (low, middle - 1)
    return low


def _link_at(events: QuerySet[Event], number: int) -> bytes | None:
    found = events.filter(number=number).values_list("link", flat=True).first()
    return None if found is None else bytes(found)


def verify(evidence: Evidence) -> list[Told]:
    """What was told of each chain, verified from this database's own events on."""
    return [
        _Walk(chain, evidence.common[chain]).along(evidence.lines[chain])
        for chain in sorted({*evidence.lines, *evidence.common})
    ]


class _Walk:
    """Along what was told of one chain, behind the last event that this database has as well."""

    def __init__(self, chain: str, common: int) -> None:
        self.told = Told(chain, common, common)
        self.events = Event.objects.filter(chain=chain)
        # The link of the event at `told.end`, unless that one is not known; and whether it is certain
        # that what comes next follows it.
        self.previous = _link_at(self.events, common) if common else b""
        self.is_certain = True

    def along(self, lines: dict[int, list[Line]]) -> Told:
        later = sorted(number for number in lines if number > self.told.common)
        for number in later:
            if number > self.told.end + 1:
                self._begin_behind_gap(number)
            self._go_to(number, lines[number])
        return self.told

    def _begin_behind_gap(self, number: int) -> None:
        """The first event told may follow the last one here; otherwise some are missing."""
        self.is_certain = False
        self.previous = None if self.told.end else _link_at(self.events, number - 1)
        if self.previous is None:
            head = self.events.aggregate(last=Max("number"))["last"] or 0
            first = max(self.told.end, min(head, number - 1)) + 1
            self.told.faults.append(Fault(first, missing(first, number - 1)))

    def _go_to(self, number: int, candidates: list[Line]) -> None:
        right = next((line for line in candidates if _follows(self.previous, line)), None)
        self.told.end = number
        if right is None and self.is_certain:
            self.told.faults.append(Fault(number, "the event told is not the one Roster wrote"))
            self.previous, self.is_certain = None, False
            return
        if right is None:
            self.told.faults.append(Fault(number, "the event told cannot be verified"))
        line = right or replace(candidates[0], is_verified=False)
        self.previous, self.is_certain = line.link, True
        self.told.lines.append(line)


def _follows(previous: bytes | None, line: Line) -> bool:
    if previous is None:
        return False
    try:
        key = links.key(int(line.values["root_number"]))
        return hmac.compare_digest(links.link(previous, line.columns, key), line.link)
    except (ValueError, TypeError, AttributeError, LookupError, ImproperlyConfigured):
        return False
