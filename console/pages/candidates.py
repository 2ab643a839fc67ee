"""A searchable choice of several rows that works without scripts: those ticked stay, then what matches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from console.paging import capped_count, count_words

SHOWN = 50

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row to tick."""

    value: str
    name: str
    text: str
    checked: bool
    kind: str = "person"


def choice(
    text: str,
    chosen: Sequence[UUID],
    everything: QuerySet[Row],
    matching: QuerySet[Row],
    candidate: Callable[[Row, bool], Candidate],
) -> dict[str, Any]:
    """What `console/pages/candidates.html` shows: ordered `everything`, of which `matching` fits `text`."""
    first = list(everything.filter(uuid__in=chosen)) if chosen else []
    rest = list(matching.exclude(uuid__in=chosen)[: SHOWN - len(first)])
    count = capped_count(matching)
    return {
        "q": text,
        "candidates": [
            *(candidate(row, True) for row in first),
            *(candidate(row, False) for row in rest),
        ],
        "count_text": found_words(count),
        "is_empty": not count and not text and not first,
    }


def found_words(count: int) -> str:
    """How many match, and what to do when they do not all stand there."""
    if count > SHOWN:
        return f"The first {SHOWN} of {count_words(count)}. Search to find the others."
    return f"{count_words(count)} found"
