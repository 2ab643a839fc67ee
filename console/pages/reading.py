"""What an address asks of a list. Everything in it is read or named: nothing is ignored, so no list shows
rows that were not asked for."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import BadRequest

from console.http import Request
from console.pages.search import SearchForm
from console.paging import CURSOR, Reading, Unreadable

UNKNOWN = "There is no such filter here."
TWICE = "It stands there more than once. Leave one."


class NoFilters(forms.Form):
    """What a list without filters can be asked for."""


def read(
    request: Request, form: forms.Form | None = None, *, cursors: Iterable[str] = ()
) -> Reading:
    """What the address of `request` asks of the list whose filters are `form`.

    What cannot be read is kept with the request: its page says so above a list that is empty.
    """
    form = NoFilters(request.GET) if form is None else form
    known = {*form.fields, CURSOR, *cursors}
    unreadable = [*_of_names(request, known), *_of_values(request, form)]
    request.unreadable = unreadable
    return Reading(request.GET, wanted_of(form), unreadable)


def read_search(request: Request) -> Reading:
    """`read`, of a list that can be searched and nothing else."""
    return read(request, SearchForm(request.GET))


def wanted_of(form: forms.Form) -> dict[str, Any]:
    """Every filter that is set and can be read, in the order of the fields."""
    form.is_valid()
    found = {name: form.cleaned_data.get(name) for name in form.fields}
    return {name: value for name, value in found.items() if value not in {None, ""}}


def require_readable(reading: Reading) -> None:
    """Refuse an address that asks for a file, which could not say what is missing in it."""
    if reading.unreadable:
        words = " ".join(f"{it.name}: {it.words}" for it in reading.unreadable)
        raise BadRequest(f"This address asks for what cannot be read. {words}")


def _of_names(request: Request, known: set[str]) -> Iterator[Unreadable]:
    for name, values in request.GET.lists():
        if name not in known:
            yield Unreadable(name, values[-1], UNKNOWN, request.GET)
        elif len(values) > 1:
            yield Unreadable(name, ", ".join(values), TWICE, request.GET)


def _of_values(request: Request, form: forms.Form) -> Iterator[Unreadable]:
    for name, errors in form.errors.items():
        value = request.GET.get(name, "")
        yield Unreadable(
            str(form[name].label), value, " ".join(map(str, errors)), request.GET, name
        )
