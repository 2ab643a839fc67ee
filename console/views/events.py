"""The audit log."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.audit import chain_of
from console.forms import EventFilterForm
from console.htmx import page_or_part
from console.http import Request
from console.models import Event, Organization
from console.paging import Order, address, page_of
from console.permissions import Permission, require
from console.sentences import SENTENCES, words
from console.views.frame import crumbs, in_organization


@dataclass(frozen=True, slots=True)
class Change:
    """One changed value, before and after."""

    name: str
    before: str
    after: str


def events_of(organization: Organization) -> QuerySet[Event]:
    """The organization's whole chain."""
    return Event.objects.filter(chain=chain_of(organization))


def _filtered(events: QuerySet[Event], wanted: dict[str, Any]) -> QuerySet[Event]:
    if wanted.get("actor"):
        events = events.filter(actor_uuid=wanted["actor"])
    if wanted.get("action"):
        events = events.filter(action=wanted["action"])
    text = str(wanted.get("q") or "").strip()
    return events.filter(_text(text)) if text else events


def _text(text: str) -> Q:
    """Events about something of this name, by somebody of this name, or of exactly this access ID."""
    found = Q(target_label__icontains=text) | Q(actor_label__icontains=text)
    try:
        return found | Q(target_uuid=UUID(text))
    except ValueError:
        return found


def with_sentences(events: list[Event]) -> list[tuple[Event, str, str]]:
    """Each event with the words before and after its target."""
    return [(event, *words(event)) for event in events]


@require_GET
@in_organization("audit")
def event_list(request: Request, organization: Organization) -> HttpResponse:
    require(request.viewer, Permission.EVENT_READ, organization)
    form = EventFilterForm(request.GET)
    form.is_valid()  # what is not valid filters nothing
    found = _filtered(events_of(organization), form.cleaned_data)
    page = page_of(found, Order("number", descending=True), request.GET, ("event", "events"))
    context = {
        "form": form,
        "page": page,
        "events": with_sentences(list(page.rows)),
        "q": request.GET.get("q", ""),
        "action": form.cleaned_data.get("action", ""),
        "actor": form.cleaned_data.get("actor"),
        "actions": [(name, address(request.GET, action=name, cursor="")) for name in SENTENCES],
        "all_actions_url": address(request.GET, action="", cursor=""),
        "all_actors_url": address(request.GET, actor="", cursor=""),
        "is_filtered": any(request.GET.get(name) for name in ("q", "actor", "action")),
        "breadcrumb": crumbs(organization, "Audit log"),
    }
    return page_or_part(request, "console/event_list.html", "event-table", context)


def changes(event: Event) -> list[Change]:
    """What the event changed, value by value, in the order of the names."""
    names = sorted(event.before.keys() | event.after.keys())
    return [
        Change(
            name.replace("_", " "),
            in_words(event.before.get(name)),
            in_words(event.after.get(name)),
        )
        for name in names
    ]


def in_words(value: object) -> str:
    """A recorded value without brackets and quotation marks."""
    match value:
        case None | "" | []:
            return "—"
        case list():
            return "; ".join(in_words(item) for item in value)
        case dict():
            return ", ".join(f"{name} {in_words(item)}" for name, item in value.items())
        case bool():
            return "yes" if value else "no"
    return str(value)


@require_GET
@in_organization("audit")
def event(request: Request, organization: Organization, event: UUID) -> HttpResponse:
    require(request.viewer, Permission.EVENT_READ, organization)
    found = get_object_or_404(events_of(organization), uuid=event)
    before, after = words(found)
    listed = ("Audit log", reverse("console:event-list", args=[organization.slug]))
    context = {
        "event": found,
        "words_before": before,
        "words_after": after,
        "changes": changes(found),
        "breadcrumb": crumbs(organization, listed, f"Event {found.number}"),
    }
    return render(request, "console/event.html", context)
