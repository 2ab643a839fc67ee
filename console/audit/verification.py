"""Verifying the audit log's chains: every edit, gap, insertion, swap or cut tail, and where.

Reads the columns as the driver gives them, a chunk at a time: a million events take seconds, and the
memory of one chunk.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from console.audit import links
from console.models import AuditHead, Event

CHUNK = 2_000
FAULT_LIMIT = 1_000
NUMBER, ROOT = links.LINKED_FIELDS.index("number"), links.LINKED_FIELDS.index("root_number")
JSON = {links.LINKED_FIELDS.index("before"), links.LINKED_FIELDS.index("after")}
LINK = len(links.LINKED_FIELDS)
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and at which number."""

    number: int
    text: str


@dataclass(slots=True)
class Known:
    """What the checkpoints outside the table say of one chain.

    `links` are those of the numbers that were its end at some time, `moments` when; what is not later
    than `purged` was purged by Roster, and `purged_link` is the last link of it. `promised` is the
    last number of which the database says that there is a checkpoint.
    """

    links: dict[int, bytes] = field(default_factory=dict)
    moments: dict[int, str] = field(default_factory=dict)
    purged: int = 0
    purged_link: bytes = b""
    promised: int = 0


@dataclass(slots=True)
class Verdict:
    """What came out for one chain that ends at `number`."""

    chain: str
    number: int
    events: int = 0
    faults: list[Fault] = field(default_factory=list)
    more: int = 0

    def add(self, number: int, text: str) -> None:
        """Note a fault; past a certain number only count them."""
        if len(self.faults) < FAULT_LIMIT:
            self.faults.append(Fault(number, text))
        else:
            self.more += 1


def verify_chain(name: str) -> list[Fault]:
    """Everything wrong with one chain, as far as the database alone can tell."""
    return verify(name).faults


def verify(
    name: str, known: Known | None = None, between: Callable[[], object] = lambda: None
) -> Verdict:
    """Walk along one chain; `between` is called after each chunk.

    With `known`, what the checkpoints saw has to be there as well. Events that are added meanwhile are
    verified, too, and are not faults.
    """
    walk = Walk(name, known)
    while True:
        went_on = walk.read_on(between)
        head = AuditHead.objects.filter(chain=name).first()
        if not went_on or head is None or head.number <= walk.verdict.number:
            break
    walk.end(head)
    return walk.verdict


class Walk:
    """Where one is on a chain."""

    def __init__(self, name: str, known: Known | None) -> None:
        self.known = known or Known()
        self.verdict = Verdict(name, self.known.purged)
        self.previous = self.known.purged_link
        self.keys: dict[int, bytes] = {}
        self._refuse_purged()

    def _refuse_purged(self) -> None:
        """What Roster purged does not come back, unless somebody else wrote it."""
        purged = Event.objects.filter(chain=self.verdict.chain, number__lte=self.known.purged)
        first = purged.order_by("number").values_list("number", flat=True).first()
        if first is not None:
            self.verdict.add(
                first, f"events up to {self.known.purged} were purged; this one is here"
            )

    def read_on(self, between: Callable[[], object]) -> bool:
        """Go on to the present end; whether there was anything."""
        before = self.verdict.number
        while rows := self._chunk():
            self._go_along(rows)
            between()
        return self.verdict.number > before

    def _chunk(self) -> list[Row]:
        later = Event.objects.filter(chain=self.verdict.chain, number__gt=self.verdict.number)
        columns = later.order_by("number").values_list(*links.LINKED_FIELDS, "link")[:CHUNK]
        with connection.cursor() as cursor:
            cursor.execute(*columns.query.sql_with_params())
            return as_written(cursor.fetchall())

    def _go_along(self, rows: list[Row]) -> None:
        """One step after the other; in one place, because there are millions of them."""
        previous, expected, seen = self.previous, self.verdict.number + 1, self.known.links
        for row in rows:
            number, present = row[NUMBER], row[LINK]
            if number != expected or self._link(previous, row) != present:
                self._blame(expected, row)
            elif number in seen and seen[number] != present:
                self._contradict(number)
            previous, expected = present, number + 1
        self.previous, self.verdict.number = previous, expected - 1
        self.verdict.events += len(rows)

    def _link(self, previous: bytes, row: Row) -> bytes | None:
        """The link that the event should have; none when it is not even of the right shape, of a
        format that nobody knows or under a root that nobody has.
        """
        try:
            root = row[ROOT]
            key = self.keys.get(root) or self.keys.setdefault(root, links.key(root))
            return links.link(previous, row, key)
        except (ValueError, TypeError, AttributeError, LookupError, ImproperlyConfigured):
            return None

    def _blame(self, expected: int, row: Row) -> None:
        if row[NUMBER] == expected:
            self.verdict.add(expected, "the event does not follow from the one before it")
        else:
            self.verdict.add(expected, missing(expected, row[NUMBER] - 1))

    def _contradict(self, number: int) -> None:
        moment = self.known.moments[number]
        self.verdict.add(number, f"this is not the event that the checkpoint of {moment} saw")

    def end(self, head: AuditHead | None) -> None:
        """Compare the end with what the head's row and the checkpoints say."""
        verdict = self.verdict
        if head is None:
            if verdict.events:
                verdict.add(verdict.number + 1, "the chain has lost its end")
        elif (head.number, bytes(head.link)) != (verdict.number, self.previous):
            verdict.add(verdict.number + 1, f"the chain should end at event {head.number}")
        elif head.number and not is_sealed(head):
            verdict.add(head.number, "Roster did not end the chain here: its seal is not right")
        self._end_of_checkpoints()

    def _end_of_checkpoints(self) -> None:
        last, number = max(self.known.links, default=self.known.purged), self.verdict.number
        if last > number:
            moment = self.known.moments[last]
            self.verdict.add(number + 1, f"the checkpoint of {moment} saw event {last}")
        if self.known.promised > last:
            text = f"the checkpoint of event {self.known.promised} is missing from the file"
            self.verdict.add(self.known.promised, text)


def missing(first: int, last: int) -> str:
    """What to say of a gap."""
    return f"event {first} is missing" if first == last else f"events {first} to {last} are missing"


def as_written(rows: list[Row]) -> list[Row]:
    """The rows with their JSON as it was written: PostgreSQL keeps it in a form of its own."""
    if connection.vendor != "postgresql":
        return rows
    return [
        tuple(links.canonical(value) if at in JSON else value for at, value in enumerate(row))
        for row in rows
    ]


def is_sealed(head: AuditHead) -> bool:
    """Whether Roster wrote this end of a chain."""
    try:
        right = links.seal(head.chain, head.number, bytes(head.link), head.root_number)
    except ImproperlyConfigured:
        return False
    return hmac.compare_digest(right, bytes(head.seal))
