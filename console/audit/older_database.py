"""Noticing that the database is older than its audit log was: somebody put an older backup back.

What was revoked since then works again, and nothing in the database says so; only the checkpoints do,
which lie outside. The newest of each chain is compared with the chain at start, before new checkpoints
are written, and whenever somebody asks whether this process is ready. Once noticed it stands in the
site's chain, so that replicas whose own file knows nothing of it are not ready either.
"""

import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any

import structlog
from django.conf import settings

from console.audit import checkpoint_file
from console.audit.acceptance import NOTICED, last_word
from console.audit.recording import ROSTER, changing, names, record
from console.models import AuditHead, Event

logger = structlog.get_logger("roster.audit")


class OlderDatabase(Exception):
    """An older backup was put back, and nobody has accepted it yet."""


class Site:
    """The installation, as what an event is about."""

    uuid = None

    def __str__(self) -> str:
        return "the site"


@dataclass(frozen=True, slots=True)
class Behind:
    """A chain that ended at `here` when it was noticed that the checkpoint of `at` had seen `seen`."""

    chain: str
    here: int
    seen: int
    at: str


def unaccepted() -> list[Behind]:
    """The chains that are behind their checkpoints; none, or all that somebody has accepted since.

    Raises `OSError` when the file of checkpoints is there and cannot be read.
    """
    word = last_word()
    if word and word.action == NOTICED:
        return [Behind(**chain) for chain in word.after["chains"]]
    if found := _newest.compared(word.created_at if word else None):
        _notice(found)
    return found


def is_unaccepted() -> bool:
    """The same as an answer."""
    return bool(unaccepted())


def require_accepted() -> None:
    """Raise `OlderDatabase` while an older backup waits for somebody to accept it."""
    if unaccepted():
        raise OlderDatabase


def _notice(found: list[Behind]) -> None:
    logger.error("an older database was put back", chains=[asdict(each) for each in found])
    with changing(None) as chain:
        word = last_word()
        if word is None or word.action != NOTICED:
            after = {"chains": [asdict(each) for each in found]}
            record(chain, actor=ROSTER, action=NOTICED, target=Site(), after=after)


def words(found: list[Behind]) -> list[str]:
    """What to tell whoever starts Roster: nothing while it is not behind."""
    if not found:
        return []
    return [
        *notice(found),
        "`manage.py restore_check` says what came back, and ends it; /readyz answers 503 until",
        "`manage.py restore_check --accept`.",
    ]


def notice(found: list[Behind]) -> list[str]:
    """That the database is older, and by which chains that shows."""
    if not found:
        return []
    called = names([each.chain for each in found])
    return [
        "THE DATABASE IS OLDER THAN ITS AUDIT LOG WAS. Was an older backup put back? What was revoked",
        "since then works again:",
        *(f"  {called[each.chain]}: {_place(each)}" for each in found),
    ]


def _place(behind: Behind) -> str:
    if behind.here < behind.seen:
        return f"ends at event {behind.here}, and the checkpoint of {behind.at} saw event {behind.seen}"
    return f"event {behind.seen} is not the one that the checkpoint of {behind.at} saw"


class _NewestCheckpoints:
    """The last line of each chain in the file, read on from where it was read last."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self.lines: dict[str, dict[str, Any]] = {}
        # How far the file was read, and the line before: in another file it does not stand there.
        self.read_to, self.last = 0, b""
        # The signatures of lines that were found to be right: a link says all that was before it.
        self.agreed: set[str] = set()

    def compared(self, accepted: datetime | None) -> list[Behind]:
        """The chains that do not go on from their newest checkpoint, if it counts since `accepted`."""
        with self.lock:  # for the file alone: nobody waits for another's database
            self._read_on()
            lines = list(self.lines.values())
        heads = {head.chain: head for head in AuditHead.objects.all()}
        return [
            Behind(line["chain"], head.number if head else 0, line["number"], line["at"])
            for line in _counting(lines, accepted)
            for head in [heads.get(line["chain"])]
            if not self._agrees(line, head)
        ]

    def _read_on(self) -> None:
        try:
            with settings.ROSTER_AUDIT_CHECKPOINTS.open("rb") as file:
                self._read(file)
        except FileNotFoundError:
            self._forget()

    def _read(self, file: IO[bytes]) -> None:
        file.seek(self.read_to - len(self.last))
        if file.read(len(self.last)) != self.last:
            self._forget()
        file.seek(self.read_to)
        for text in file:
            if text.endswith(b"\n"):
                self.read_to, self.last = self.read_to + len(text), text
                self._learn(checkpoint_file.checked(text))

    def _learn(self, line: dict[str, Any] | None) -> None:
        if line and line["kind"] == checkpoint_file.END:
            self.lines[line["chain"]] = line

    def _agrees(self, line: dict[str, Any], head: AuditHead | None) -> bool:
        """Whether the chain still has the event that the checkpoint saw, or went on until it was purged."""
        if head is None or head.number < line["number"]:
            return False
        if line["mac"] not in self.agreed:
            link = _link_at(head, line["number"])
            if link is not None and link.hex() != line["link"]:
                return False
            self.agreed.add(line["mac"])
        return True


def _counting(lines: list[dict[str, Any]], accepted: datetime | None) -> Iterator[dict[str, Any]]:
    """Checkpoints from before an older database was accepted say nothing of it."""
    for line in lines:
        if accepted is None or datetime.fromisoformat(line["at"]) >= accepted:
            yield line


def _link_at(head: AuditHead, number: int) -> bytes | None:
    if head.number == number:
        return bytes(head.link)
    event = Event.objects.filter(chain=head.chain, number=number).first()
    return bytes(event.link) if event else None


_newest = _NewestCheckpoints()
