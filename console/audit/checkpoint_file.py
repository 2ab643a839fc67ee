"""The file of checkpoints: signed ends of the audit log's chains, outside the database.

A line is JSON, signed under the keyring together with the signature of the line before it. The file is
only ever added to; a line that was not finished counts for nothing.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from console import keyring

PURPOSE = "audit-checkpoints:v1"
# A chain ended here at that moment; everything up to here was purged.
END, PURGE = "end", "purge"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a chain."""

    chain: str
    number: int
    link: bytes
    kind: str = END


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
        "at": moment.isoformat(),
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


def lines() -> Iterator[bytes]:
    """Every line of the file that was finished."""
    path = settings.ROSTER_AUDIT_CHECKPOINTS
    if path.exists():
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))


def checked(text: bytes) -> dict[str, Any] | None:
    """The line if it is signed by us."""
    try:
        line: dict[str, Any] = json.loads(text)
        mac = line.pop("mac")
        return line | {"mac": mac} if hmac.compare_digest(_mac(line), mac) else None
    except (ValueError, KeyError, TypeError, AttributeError, ImproperlyConfigured):
        return None


def claimed(text: bytes) -> str:
    """What the line says its signature is: then only this line is at fault, not the next."""
    try:
        return str(json.loads(text)["mac"])
    except (ValueError, KeyError, TypeError):
        return "?"
