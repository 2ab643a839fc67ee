"""A project's own log: its tab *History*, and one event of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.audit.filters import filtered, in_moments
from console.audit.forms import EventFilterForm
from console.audit.sentences import with_sentences
from console.audit.views import event_context, filter_context
from console.http import Request
from console.models import Organization
from console.organizations.queries import find_project
from console.organizations.views.projects import project_crumbs, project_page
from console.pages.frame import in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read
from console.paging import page_of
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.queries.project_events import events_of_project


@require_GET
@in_organization("projects")
def project_history(request: Request, organization: Organization, project: str) -> HttpResponse:
    """What happened to the project and to what is in it, the newest first."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.EVENT_READ, found)
    reading = read(request, EventFilterForm(request.GET))
    events, order = filtered(events_of_project(found), in_moments(reading.wanted))
    page = page_of(events, order, reading, ("event", "events"))
    context = project_page(request, found, "history") | filter_context(request, reading, page.rows)
    context |= {"page": page, "events": with_sentences(list(page.rows))}
    return page_or_part(request, "robots/overview/project_history.html", "event-table", context)


@require_GET
@in_organization("projects")
def project_event(
    request: Request, organization: Organization, project: str, event: UUID
) -> HttpResponse:
    """One event of the project; any other one is a 404."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.EVENT_READ, found)
    shown = get_object_or_404(events_of_project(found), uuid=event)
    history = reverse("robots:project-history", args=[organization.slug, found.slug])
    way = project_crumbs(found, ("History", history), f"Event {shown.number}")
    context = event_context(shown, history) | {
        "has_page": False,
        "breadcrumb": way,
        "chain_name": found.name,
    }
    return render(request, "console/audit/event.html", context)
