"""What an event says has to hold now, and what works though it should not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from console.audit.evidence import NOTHING, Line
from console.permissions.decision import NO_LIMITS, Held, Limits, Target
from console.permissions.vocabulary import Permission


@dataclass(frozen=True, slots=True)
class _RestoreCheck:
    """Who ends what came back: nobody in person, and whoever has the command may do all of it."""

    actor_kind: str = "system"
    actor_label: str = "restore check"
    actor_uuid: UUID = NOTHING
    limits: Limits = NO_LIMITS
    came_with: None = None
    is_operator: bool = True

    def prove_presence(self) -> None:
        """Whoever has the machine needs no password of Roster's."""

    def note_use(self, permission: Permission, target: Target) -> None:
        """It holds everything, and nobody would narrow that."""

    def grants_on(self, target: Target) -> list[Held]:
        return [Held(frozenset(Permission), target.organization_id, source="restore check")]


ACTOR = _RestoreCheck()


@dataclass(frozen=True, slots=True)
class Revived:
    """Something that works again: what kind of thing, its name, what had become of it, how to end it."""

    kind: str
    name: str
    fate: str
    end: Callable[[], object]


Find = Callable[[], Revived | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """What the last event of the same `key` leaves; without `find` nothing was taken away in the end."""

    key: tuple[object, ...]
    find: Find | None = None


Claims = Callable[[Line], Iterable[Claim]]


def claiming(aspect: str, find: Callable[[Line], Revived | None] | None) -> Claims:
    """One claim about the event's target. Two actions of one `aspect` undo each other."""
    return lambda line: [Claim((aspect, line.target), partial(find, line) if find else None)]


def several(*claims: Claims) -> Claims:
    """All that an event claims."""
    return lambda line: [claim for each in claims for claim in each(line)]


def moment(value: Any) -> datetime | None:  # noqa: ANN401 - out of an event's JSON
    """A moment of an event; none for words and for never."""
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def is_later(present: datetime | None, wanted: datetime | None) -> bool:
    """Whether an end lies behind the one that was chosen since; never is the latest."""
    return wanted is not None and (present is None or present > wanted)
