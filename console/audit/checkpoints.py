"""Checkpoints of the audit log: what was written down of its chains outside the database.

Whoever cuts a chain's tail and puts back an older end with its seal still leaves that file, which says
that there was more.
"""

import socket
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db.models import F, Min, OuterRef, Subquery

from console.audit import checkpoint_file
from console.audit.acceptance import accepted_at
from console.audit.checkpoint_file import PURGE, Point, append
from console.audit.older_database import is_unaccepted
from console.audit.verification import Fault, Known, is_sealed
from console.models import AuditHead, Event

logger = structlog.get_logger("roster.audit")


@dataclass(slots=True)
class Checkpoints:
    """What the file says: per chain, and what is wrong with the file itself, by line."""

    chains: dict[str, Known] = field(default_factory=lambda: defaultdict(Known))
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0


def checkpoint() -> int:
    """Write down the ends of all chains that moved since the last time; say how many.

    None while an older database waits to be accepted: what was written before is all that tells of it.
    """
    if is_unaccepted():
        return 0
    return write_down([head for head in AuditHead.objects.order_by("id") if _has_moved(head)])


def write_down(moved: list[AuditHead]) -> int:
    """Write down these ends, unless somebody else made them; say how many."""
    right = [head for head in moved if is_sealed(head)]
    for head in set(moved) - set(right):
        logger.error("an audit chain does not end as Roster ended it", chain=head.chain)
    append(Point(head.chain, head.number, bytes(head.link)) for head in right)
    for head in right:
        written = {"checkpointed": head.number, "checkpoint_place": place()}
        AuditHead.objects.filter(pk=head.pk).update(**written)
    return len(right)


def place() -> str:
    """Which file this is: several machines over one database may have one each."""
    return f"{socket.gethostname()}:{settings.ROSTER_AUDIT_CHECKPOINTS}"[-255:]


def _has_moved(head: AuditHead) -> bool:
    return head.number > head.checkpointed


def read() -> Checkpoints:
    """Everything the file says, each line checked; only right lines count, and of those from before an
    older database was accepted only what was purged and is gone here as well.
    """
    found, previous = Checkpoints(), ""
    is_void = _voids(accepted_at())
    # Asked before the file is read: a checkpoint is in the file first.
    here = AuditHead.objects.filter(checkpoint_place=place())
    for chain, promised in here.values_list("chain", "checkpointed"):
        found.chains[chain].promised = promised
    for number, text in enumerate(checkpoint_file.lines(), 1):
        found.lines = number
        line = checkpoint_file.checked(text)
        if line is None:
            found.faults.append(Fault(number, "the checkpoint is not as it was written"))
            previous = checkpoint_file.claimed(text)
            continue
        if line["previous"] != previous:
            found.faults.append(Fault(number, "a checkpoint before this one is missing"))
        previous = line["mac"]
        if not is_void(line):
            _learn(found.chains[line["chain"]], line)
    return found


def _voids(accepted: datetime | None) -> Callable[[dict[str, Any]], bool]:
    """Which lines say nothing of the chains as they are since an older database was accepted."""
    firsts = cache(_first_number)

    def is_void(line: dict[str, Any]) -> bool:
        if accepted is None or datetime.fromisoformat(line["at"]) >= accepted:
            return False
        return line["kind"] != PURGE or bool(line["number"] >= firsts(line["chain"]))

    return is_void


def _first_number(chain: str) -> int:
    """The number of the first event that is here, or of the next one."""
    first = Event.objects.filter(chain=chain).aggregate(first=Min("number"))["first"]
    head = AuditHead.objects.filter(chain=chain).values_list("number", flat=True).first()
    return first or (head or 0) + 1


def _learn(known: Known, line: dict[str, Any]) -> None:
    number, last = line["number"], bytes.fromhex(line["link"])
    known.links[number], known.moments[number] = last, line["at"]
    if line["kind"] == PURGE and number > known.purged:
        known.purged, known.purged_link = number, last
        # What is older is gone, and so is what could be compared.
        for gone in [each for each in known.links if each < number]:
            del known.links[gone], known.moments[gone]


def oldest_unwritten() -> datetime | None:
    """When the first event happened that should be in a file of checkpoints and is in none."""
    chain = Event.objects.filter(chain=OuterRef("chain"))
    following = chain.filter(number=OuterRef("checkpointed") + 1).values("created_at")[:1]
    moved = AuditHead.objects.filter(number__gt=F("checkpointed"))
    found: dict[str, datetime | None] = moved.aggregate(oldest=Min(Subquery(following)))
    return found["oldest"]
