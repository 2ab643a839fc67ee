"""A searchable choice of rows that works without scripts: what is chosen stays, then what matches."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from console.forms import parse_uuid
from console.http import Request
from console.pages.search import search_text
from console.paging import capped_count, count_words

SHOWN = 50

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row to choose. `kind` says how it is drawn: a project, a repository, or whose avatar."""

    value: str
    name: str
    text: str
    kind: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Offer(Generic[Row]):
    """Rows of one kind to choose from, in order: `everything`, and of it what matches the search."""

    kind: str
    everything: QuerySet[Row]
    matching: QuerySet[Row]
    words: Callable[[Row], tuple[str, str]]
    # What stands before the UUID of a row where one chooses from several offers.
    prefix: str = ""

    def chosen(self, values: Sequence[str]) -> list[Candidate]:
        identifiers = self._identifiers(values)
        rows = self.everything.filter(uuid__in=identifiers) if identifiers else ()
        return self._candidates(rows, checked=True)

    def found(self, values: Sequence[str], most: int) -> list[Candidate]:
        """At most `most` that match and are not chosen."""
        rows = self.matching.exclude(uuid__in=self._identifiers(values))[: max(most, 0)]
        return self._candidates(rows, checked=False)

    def _identifiers(self, values: Sequence[str]) -> list[UUID]:
        parsed = (
            parse_uuid(value.removeprefix(self.prefix))
            for value in values
            if value.startswith(self.prefix)
        )
        return [identifier for identifier in parsed if identifier]

    def _candidates(self, rows: Iterable[Any], *, checked: bool) -> list[Candidate]:
        return [
            Candidate(f"{self.prefix}{row.uuid}", *self.words(row), self.kind, checked)
            for row in rows
        ]


def choice(request: Request, field: str, *offers: Offer[Any]) -> dict[str, Any]:
    """What `console/pages/candidates.html` shows: what is chosen in `field`, then what matches."""
    text = search_text(request.GET)
    values = (request.POST or request.GET).getlist(field)[:SHOWN]
    candidates = [row for offer in offers for row in offer.chosen(values)]
    for offer in offers:
        candidates += offer.found(values, SHOWN - len(candidates))
    count = sum(capped_count(offer.matching) for offer in offers)
    return {
        "q": text,
        "candidates": candidates,
        "count_text": _count_text(count),
        "is_empty": not count and not text and not candidates,
    }


def _count_text(count: int) -> str:
    """How many match, and what to do when they do not all stand there."""
    if count > SHOWN:
        return f"The first {SHOWN} of {count_words(count)}. Search to find the others."
    return f"{count_words(count)} found"
