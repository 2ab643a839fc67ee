"""Many ticked things of a list at once: what would become of each, the change, what became of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console import moments
from console.http import Request
from console.models import Organization
from console.pages.frame import crumbs
from console.pages.htmx import form_page
from robots.accounts.forms.bulk import (
    DeletionForm,
    ExtensionForm,
    TickedForm,
    as_text,
    previewed_end,
)
from robots.accounts.services.bulk import (
    Change,
    Prospect,
    T,
    make_changes,
    prospects,
)

PREVIEW, RESULT = "robots/accounts/bulk.html", "robots/accounts/bulk_result.html"
ASK = "robots/accounts/bulk_ask.html"
EXTENSION_FIELDS = "robots/accounts/bulk_extension.html"


@dataclass(frozen=True, slots=True)
class Line:
    """A ticked thing on a page about several."""

    uuid: UUID
    name: str
    url: str
    text: str
    state: str
    ends: Any = None
    is_possible: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """The list that they were ticked in, and what every form takes along to know it at the end."""

    url: str
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What can be ticked: its words, how the ticked ones are found, and how a page shows each.

    `name` is what the ticks are called. `find` gives those that the viewer sees, `again` those of a list as
    they are now, by key.
    """

    name: str
    noun: str
    heading: str
    listed: str
    list_name: str
    warning: str
    find: Callable[[Request, Organization, list[UUID]], list[T]]
    again: Callable[[list[T]], Mapping[int, T]]
    line: Callable[[T], Line]
    back: Callable[[Request, Organization, TickedForm], Back]


@dataclass(frozen=True, slots=True)
class Ticked(Generic[T]):
    """The things that are ticked, as far as the actor sees them, and how many others were."""

    organization: Organization
    kind: Kind[T]
    things: list[T]
    gone: int
    is_confirmed: bool
    back: Back


Step = Callable[[Request, Ticked[T]], HttpResponse]


def of_ticked(
    request: Request, organization: Organization, kind: Kind[T], verb: str, step: Step[T]
) -> HttpResponse:
    """The step for what is ticked; an address that is merely opened leads to the list."""
    if request.method != "POST":
        return redirect(reverse(kind.list_name, args=[organization.slug]))
    form = TickedForm(request.POST, field=kind.name, noun=kind.noun)
    is_valid = form.is_valid()
    ticked = form.cleaned_data.get(kind.name, [])
    found = kind.find(request, organization, ticked) if is_valid else []
    gathered = Ticked(
        organization,
        kind,
        found,
        len(ticked) - len(found),
        bool(form.cleaned_data.get("confirmed")),
        kind.back(request, organization, form),
    )
    if found:
        return step(request, gathered)
    context = page_of_ticked(gathered, verb) | {"form": None if is_valid else form}
    return form_page(request, PREVIEW, context, invalid=True)


def page_of_ticked(ticked: Ticked[T], verb: str) -> dict[str, object]:
    """What every page about several things shows."""
    kind = ticked.kind
    return {
        "kind": kind,
        "kept": ticked.back.kept,
        "verb": verb,
        "listed": ticked.back.url,
        "gone": ticked.gone,
        "form": None,
        "rows": [],
        "breadcrumb": crumbs(
            ticked.organization, (kind.listed, ticked.back.url), f"{verb} {kind.noun}s"
        ),
    }


def lines(kind: Kind[T], rows: list[Prospect[T]]) -> list[Line]:
    """The lines of a preview or a result."""
    return [
        replace(kind.line(row.thing), is_possible=row.possible, words=row.words) for row in rows
    ]


def preview(
    request: Request,
    ticked: Ticked[T],
    verb: str,
    change: Change[T],
    form: forms.Form | None = None,
    carried: Mapping[str, str] | None = None,
    **more: object,
) -> HttpResponse:
    """What would become of each. Only those that can be changed go on, with what is `carried`."""
    rows = lines(ticked.kind, prospects(request.viewer, change, ticked.things))
    context = page_of_ticked(ticked, verb) | {
        "rows": rows,
        "possible": [row.uuid for row in rows if row.is_possible],
        "form": form,
        "ends_logins": change.ends_logins,
        "carried": carried or {},
        "how": "",
        **more,
    }
    invalid = form is not None and form.is_bound
    return form_page(request, PREVIEW, context, invalid=invalid)


def changed(request: Request, ticked: Ticked[T], change: Change[T]) -> list[Prospect[T]]:
    """Change them; each as it is now, with what became of it."""
    rows = make_changes(request.viewer, change, ticked.things)
    now = ticked.kind.again([row.thing for row in rows])
    return [replace(row, thing=now.get(row.thing.pk, row.thing)) for row in rows]


def result(
    request: Request,
    ticked: Ticked[T],
    verb: str,
    change: Change[T],
    template: str = RESULT,
    shown: Callable[[list[Any]], object] = list,
) -> HttpResponse:
    """Change them, and say what became of each. Sent twice, the second answer says so.

    `shown` says what the page shows of what the changes made.
    """
    rows = changed(request, ticked, change)
    context = page_of_ticked(ticked, verb) | {
        "rows": lines(ticked.kind, rows),
        "made": shown([row.made for row in rows if row.possible]),
        "count": sum(row.possible for row in rows),
        "of": len(rows),
        "past": change.result,
    }
    return render(request, template, context)


def simple(verb: str, change_for: Callable[[Request], Change[T]]) -> Step[T]:
    """A change that asks nothing: the preview, then the result."""

    def step(request: Request, ticked: Ticked[T]) -> HttpResponse:
        change = change_for(request)
        if ticked.is_confirmed:
            return result(request, ticked, verb, change)
        return preview(request, ticked, verb, change)

    return step


def ask(
    request: Request, ticked: Ticked[T], verb: str, form: forms.Form, **more: object
) -> HttpResponse:
    """What the change has to be told first, above the things it is about."""
    context = page_of_ticked(ticked, verb) | {
        "form": form,
        "rows": [ticked.kind.line(thing) for thing in ticked.things],
        **more,
    }
    return form_page(request, ASK, context, invalid=form.is_bound)


def deletion(request: Request, ticked: Ticked[T], change: Change[T]) -> HttpResponse:
    """What goes, and their number or the only one's name typed before it does."""
    names = [*_names(ticked.kind, ticked.things), *[""] * ticked.gone]
    sent = DeletionForm(request.POST if ticked.is_confirmed else None, names=names)
    if ticked.is_confirmed and sent.is_valid():
        return result(request, ticked, "Delete", change)
    if not sent.is_bound:
        rows = prospects(request.viewer, change, ticked.things)
        going = [row.thing for row in rows if row.possible]
        sent = DeletionForm(names=_names(ticked.kind, going))
    return preview(request, ticked, "Delete", change, sent)


def _names(kind: Kind[T], things: list[T]) -> list[str]:
    return [kind.line(thing).name for thing in things]


def extend_ticked(
    request: Request,
    ticked: Ticked[T],
    change_to: Callable[..., Change[T]],
    note: str = "",
) -> HttpResponse:
    """The preview of an end, at first of the usual one, and a form for another; it carries the end on."""
    if "until" in request.POST and ticked.is_confirmed:
        end, earlier = previewed_end(request.POST["until"]), bool(request.POST.get("earlier"))
        return result(request, ticked, "Extend", change_to(request, end, earlier=earlier))
    form = ExtensionForm(request.POST if "expiry" in request.POST else ExtensionForm.USUAL)
    if not form.is_valid():
        about = (
            "Until when, counted from now. You see what happens to each before anything is changed."
        )
        return ask(request, ticked, "Extend", form, about=about, note=note, asked=EXTENSION_FIELDS)
    end, earlier = form.cleaned_data["expires_at"], form.cleaned_data["earlier"]
    carried = {"until": as_text(end)} | ({"earlier": "on"} if earlier else {})
    change = change_to(request, end, earlier=earlier)
    asked: dict[str, Any] = {
        "asking": form,
        "asked": EXTENSION_FIELDS,
        "note": note,
        "how": _until(end),
    }
    return preview(request, ticked, "Extend", change, carried=carried, **asked)


def _until(end: datetime | None) -> str:
    """On the button as well: it does what was previewed, whatever is chosen above it since."""
    return f" until {moments.date(end)}" if end else " without an end"
