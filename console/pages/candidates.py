"""A searchable choice of rows that works without scripts: what is chosen stays, then what matches."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.forms import BaseForm

from console.forms import parse_uuid, without_errors
from console.http import Request
from console.pages.search import search_text
from console.paging import capped_count, count_words
from console.pasted import POSTED_WORDS, is_secret, say_pasted

SHOWN = 30
# How many one can choose at once: each is sent anew with every search.
MOST = 200
# What `<c-find>` sends: a text, and the one that the shown rows were found by.
FIND, SHOWN_FOR = "find", "shown_for"
# What `<c-send-first>` sends.
ENTER = "enter"

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


def is_searching(request: Request) -> bool:
    """Whether a form was sent to look for more to choose from, and not to change anything.

    Without scripts Enter in the search field sends the form like in any other field, so with a text that
    nothing was shown for it is a search as well. Whoever presses the form's own button means that.
    """
    if request.method != "POST" or FIND not in request.POST:
        return False
    is_new = request.POST[FIND].strip() != request.POST.get(SHOWN_FOR, "").strip()
    return "search" in request.GET or (is_new and ENTER in request.POST)


def is_sent(request: Request, *forms: BaseForm) -> bool:
    """Whether `forms` were sent to change something. Sent to search, they say no errors."""
    if is_searching(request):
        if is_secret(request.POST[FIND]):
            say_pasted(request, POSTED_WORDS, [request.POST[FIND]])
        for form in forms:
            without_errors(form)
        return False
    return request.method == "POST"


def text_to_find(request: Request) -> str:
    """What is searched in a form, which sends it in its body, or in an address that leads to it."""
    if FIND in request.POST:
        text = request.POST[FIND]
        return "" if is_secret(text) else search_text({"q": text})
    return search_text(request.GET)


def choice(request: Request, field: str, *offers: Offer[Any], shown: int = SHOWN) -> dict[str, Any]:
    """What `console/pages/candidates.html` shows: what is chosen in `field`, then what matches."""
    values = (request.POST or request.GET).getlist(field)
    if len(values) > MOST:
        raise BadRequest(f"Choose at most {MOST} at once. Nothing was changed.")
    return choice_among(values, text_to_find(request), offers, shown)


def choice_among(
    values: Sequence[str], text: str, offers: Sequence[Offer[Any]], shown: int = SHOWN
) -> dict[str, Any]:
    """`choice`, of what is chosen and searched already."""
    candidates = [row for offer in offers for row in offer.chosen(values)]
    chosen = len(candidates)
    for offer in offers:
        candidates += offer.found(values, chosen + shown - len(candidates))
    count = sum(capped_count(offer.matching) for offer in offers)
    return {
        "q": text,
        "candidates": candidates,
        "count_text": count_text(count, shown),
        "is_empty": not count and not text and not candidates,
    }


def count_text(count: int, shown: int = SHOWN) -> str:
    """How many match, and what to do when they do not all stand there."""
    if count > shown:
        return f"The first {shown} of {count_words(count)}. Search to find the others."
    return f"{count_words(count)} found"
