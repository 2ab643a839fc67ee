"""Checkpoints of the audit log: signed ends of chains in a file outside the database.

Whoever cuts a chain's tail and puts back an older end with its seal still leaves this file, which says
that there was more. A line is JSON, signed under the keyring together with the signature of the line
before it. The file is only ever added to; a line that was not finished counts for nothing.
"""

import fcntl
import hashlib
import hmac
import json
import os
import socket
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from console import keyring
from console.audit.verification import Fault, Known, is_sealed
from console.models import AuditHead

PURPOSE = "audit-checkpoints:v1"
# A chain ended here at that moment; everything up to here was purged.
END, PURGE = "end", "purge"

logger = structlog.get_logger("roster.audit")


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a chain."""

    chain: str
    number: int
    link: bytes
    kind: str = END


@dataclass(slots=True)
class Checkpoints:
    """What the file says: per chain, and what is wrong with the file itself, by line."""

    chains: dict[str, Known] = field(default_factory=lambda: defaultdict(Known))
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0


def checkpoint() -> int:
    """Write down the ends of all chains that moved since the last time; say how many."""
    moved = [head for head in AuditHead.objects.order_by("id") if _has_moved(head)]
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


def append(points: Iterable[Point]) -> None:
    """Add lines and see them on the disk. Processes that add at once follow each other."""
    path, moment = settings.ROSTER_AUDIT_CHECKPOINTS, timezone.now()
    points = list(points)
    if not points:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        previous = _go_to_end(file)
        for point in points:
            line = _signed(point, moment, previous)
            file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            previous = line["mac"]
        file.flush()
        os.fsync(file.fileno())


def _go_to_end(file: IO[bytes]) -> str:
    """Stand where the next line begins, and give the signature of the last one. What a crash left
    unfinished goes.
    """
    size = file.seek(0, os.SEEK_END)
    content, start = b"", size
    while start and content.count(b"\n") < 2:
        start = max(0, start - 4096)
        file.seek(start)
        content = file.read(size - start)
    whole = content[: content.rfind(b"\n") + 1]
    file.truncate(file.seek(start + len(whole)))
    try:
        return str(json.loads(whole.splitlines()[-1])["mac"]) if whole else ""
    except (ValueError, KeyError, TypeError):
        return "?"  # which no line has: verifying says so


def _signed(point: Point, moment: datetime, previous: str) -> dict[str, Any]:
    line: dict[str, Any] = {
        "at": moment.isoformat(timespec="seconds"),
        "kind": point.kind,
        "chain": point.chain,
        "number": point.number,
        "link": point.link.hex(),
        "root": keyring.current(),
        "previous": previous,
    }
    return line | {"mac": _mac(line)}


def _mac(line: dict[str, Any]) -> str:
    signed = json.dumps(line, separators=(",", ":"), sort_keys=True).encode()
    return hmac.digest(keyring.key(PURPOSE, line["root"]), signed, hashlib.sha256).hex()


def read() -> Checkpoints:
    """Everything the file says, each line checked; only right lines count."""
    found, previous = Checkpoints(), ""
    # Asked before the file is read: a checkpoint is in the file first.
    here = AuditHead.objects.filter(checkpoint_place=place())
    for chain, promised in here.values_list("chain", "checkpointed"):
        found.chains[chain].promised = promised
    for number, text in enumerate(_lines(), 1):
        found.lines = number
        line = _checked(text)
        if line is None:
            found.faults.append(Fault(number, "the checkpoint is not as it was written"))
            previous = _claimed(text)
            continue
        if line["previous"] != previous:
            found.faults.append(Fault(number, "a checkpoint before this one is missing"))
        previous = line["mac"]
        _learn(found.chains[line["chain"]], line)
    return found


def _lines() -> Iterator[bytes]:
    path = settings.ROSTER_AUDIT_CHECKPOINTS
    if path.exists():
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))


def _checked(text: bytes) -> dict[str, Any] | None:
    """The line if it is signed by us."""
    try:
        line: dict[str, Any] = json.loads(text)
        mac = line.pop("mac")
        return line | {"mac": mac} if hmac.compare_digest(_mac(line), mac) else None
    except (ValueError, KeyError, TypeError, AttributeError, ImproperlyConfigured):
        return None


def _claimed(text: bytes) -> str:
    """What the line says its signature is: then only this line is at fault, not the next."""
    try:
        return str(json.loads(text)["mac"])
    except (ValueError, KeyError, TypeError):
        return "?"


def _learn(known: Known, line: dict[str, Any]) -> None:
    number, last = line["number"], bytes.fromhex(line["link"])
    known.links[number], known.moments[number] = last, line["at"]
    if line["kind"] == PURGE and number > known.purged:
        known.purged, known.purged_link = number, last
        # What is older is gone, and so is what could be compared.
        for gone in [each for each in known.links if each < number]:
            del known.links[gone], known.moments[gone]
