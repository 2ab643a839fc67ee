"""The audit log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from console.audit import sentences
from console.audit.files import FILES
from console.audit.filters import (
    ALL,
    MACHINES,
    PEOPLE,
    acting,
    events_of,
    filtered,
    in_moments,
)
from console.audit.forms import EventFilterForm
from console.audit.recording import chain_of
from console.audit.search import TOO_SHORT, is_too_short
from console.audit.sentences import KINDS_WITH_PAGES, SENTENCES, in_words, with_sentences
from console.audit.services import note_export
from console.http import Request
from console.models import AuditCheck, Event, Organization
from console.pages.actions import Tab
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read, require_readable
from console.paging import Reading, address, page_of
from console.permissions.decision import require
from console.permissions.vocabulary import Permission

# The filters that stand as chips, each taken off by a link.
CHIPS = ("action", "actor", "target", "token", "since", "until")


@dataclass(frozen=True, slots=True)
class Change:
    """One changed value, before and after."""

    name: str
    before: str
    after: str


@require_GET
@in_organization("audit")
def event_list(request: Request, organization: Organization) -> HttpResponse:
    require(request.viewer, Permission.EVENT_READ, organization)
    reading = read(request, EventFilterForm(request.GET))
    found, order = filtered(events_of(organization), in_moments(reading.wanted))
    page = page_of(found, order, reading, ("event", "events"))
    context = filter_context(request, reading, page.rows) | {
        "page": page,
        "events": with_sentences(list(page.rows)),
        "kinds_with_pages": KINDS_WITH_PAGES,
        "check": AuditCheck.objects.filter(chain=chain_of(organization)).first(),
        "breadcrumb": crumbs(organization, "Audit log"),
    }
    return page_or_part(request, "console/audit/event_list.html", "event-table", context)


def filter_context(request: Request, reading: Reading, rows: Sequence[Event]) -> dict[str, object]:
    """What is filtered by, and every other choice as an address."""
    wanted, text = reading.wanted, reading.text

    def to(**changed: str) -> str:
        return address(request.GET, cursor="", **changed)

    chosen = [name for name in CHIPS if wanted.get(name)]
    return {
        "q": text,
        "too_short": TOO_SHORT if is_too_short(text) else "",
        "kept": {name: request.GET[name] for name in (*CHIPS, "who") if wanted.get(name)},
        "chips": [(_called(name, wanted[name], rows), to(**{name: ""})) for name in chosen],
        "who_tabs": _tabs(acting(wanted), to),
        "actions": [(name, to(action=name)) for name in SENTENCES],
        "days": [(days, to(since=_ago(days), until="")) for days in (1, 7, 30, 90)],
        "query": to(),
        "is_filtered": bool(text or chosen or reading.unreadable),
        "export_forms": [("csv", "CSV"), ("jsonl", "JSON lines")],
    }


def _called(name: str, value: object, rows: Sequence[Event]) -> str:
    """What a chip says: names, as far as an event that is shown knows them."""
    known = rows[0] if rows else None
    match name:
        case "actor":
            return f"by {known.actor_label if known else 'one actor'}"
        case "target" | "token":
            return f"about {known.target_label if known else value}"
        case "since" | "until":
            return f"{name} {value}"
    return str(value)


def _tabs(present: str, to: Callable[..., str]) -> list[Tab]:
    titles = {PEOPLE: "People", MACHINES: "Machines", ALL: "Everything"}
    return [Tab(title, to(who=who), who == present) for who, title in titles.items()]


def _ago(days: int) -> str:
    return (timezone.now().date() - timedelta(days=days)).isoformat()


@require_POST
@in_organization("audit")
def event_export(request: Request, organization: Organization) -> HttpResponseBase:
    """What the page's filters show, as a file. A POST, because it leaves an event."""
    require(request.viewer, Permission.EVENT_READ, organization)
    chosen = request.POST.get("form", "")
    if chosen not in FILES:
        raise BadRequest("Choose CSV or JSON lines.")
    reading = read(request, EventFilterForm(request.GET))
    require_readable(reading)
    if is_too_short(reading.text):
        raise BadRequest(f"q: {TOO_SHORT}")
    filters = {name: str(value) for name, value in reading.wanted.items()}
    note_export(actor=request.user, organization=organization, form=chosen, filters=filters)
    ending, kind, write = FILES[chosen]
    found, _ = filtered(_present(events_of(organization)), in_moments(reading.wanted))
    response = StreamingHttpResponse(write(found), content_type=kind)
    name = f"{organization.slug}-audit-log.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _present(events: QuerySet[Event]) -> QuerySet[Event]:
    """Those that are there now: a file that others keep adding to would have no end."""
    last = events.order_by("-number").values_list("number", flat=True).first()
    return events.filter(number__lte=last or 0)


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


@require_GET
@in_organization("audit")
def event(request: Request, organization: Organization, event: UUID) -> HttpResponse:
    require(request.viewer, Permission.EVENT_READ, organization)
    found = get_object_or_404(events_of(organization), uuid=event)
    listed = reverse("console:event-list", args=[organization.slug])
    way = crumbs(organization, ("Audit log", listed), f"Event {found.number}")
    context = event_context(found, listed) | {"breadcrumb": way, "chain_name": organization.name}
    return render(request, "console/audit/event.html", context)


def event_context(event: Event, log_url: str) -> dict[str, object]:
    """What the page of one event shows; `log_url` is the list that its links filter."""
    before, after = sentences.words(event)
    return {
        "base": "console.html",
        "event": event,
        "log_url": log_url,
        "has_page": event.target_kind in KINDS_WITH_PAGES and event.target_uuid,
        "words_before": before,
        "words_after": after,
        "changes": changes(event),
    }
