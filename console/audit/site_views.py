"""The audit log of the whole site, for operators: people, signing keys, jobs, what no organization has."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.audit.filters import filtered, in_moments
from console.audit.forms import EventFilterForm
from console.audit.sentences import with_sentences
from console.audit.views import event_context, filter_context
from console.http import Request
from console.models import AuditCheck, Event
from console.models.events import SITE
from console.pages.htmx import page_or_part
from console.pages.reading import read
from console.pages.site import operators_only, site_frame
from console.paging import page_of

LISTED = "console:site-event-list"


@require_GET
@operators_only
def site_event_list(request: Request) -> HttpResponse:
    """The site's own chain, the newest first."""
    reading = read(request, EventFilterForm(request.GET))
    found, order = filtered(_events(), in_moments(reading.wanted))
    page = page_of(found, order, reading, ("event", "events"))
    context = site_frame("audit") | filter_context(request, reading, page.rows)
    context |= {
        "page": page,
        "events": with_sentences(list(page.rows)),
        "check": AuditCheck.objects.filter(chain=SITE).first(),
    }
    return page_or_part(request, "console/audit/site_event_list.html", "event-table", context)


@require_GET
@operators_only
def site_event(request: Request, event: UUID) -> HttpResponse:
    found = get_object_or_404(_events(), uuid=event)
    listed = reverse(LISTED)
    context: dict[str, Any] = event_context(found, listed) | site_frame("audit")
    context |= {
        "chain_name": "Whole site",
        "has_page": False,
        "breadcrumb": [("Audit log", listed), (f"Event {found.number}", "")],
    }
    return render(request, "console/audit/event.html", context)


def _events() -> QuerySet[Event]:
    return Event.objects.filter(chain=SITE)
