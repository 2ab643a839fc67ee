"""The log of one thing: its tab *History*, and one event of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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
from console.models import Event, Organization
from console.organizations.queries import find_project, find_repository
from console.organizations.views.projects import project_crumbs, project_page
from console.organizations.views.repositories import repository_page
from console.pages.frame import Crumbs, in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read
from console.paging import page_of
from console.permissions.decision import Targeted, require
from console.permissions.vocabulary import Permission
from robots.accounts.views.frame import robot_crumbs, robot_page
from robots.queries.finding import find_robot
from robots.queries.histories import (
    events_of_project,
    events_of_repository,
    events_of_robot,
    events_of_team,
)
from teams.teams.queries import find_team
from teams.teams.views.frame import team_crumbs, team_page

# What of each kind of thing is written down, as its empty page says.
WRITTEN = {
    "project": "Changes to the project, its repositories, robot accounts and tokens are written here.",
    "repository": "Changes to the repository and to who may do what in it are written here.",
    "team": "Changes to the team, its members, robot accounts and permissions are written here.",
    "robot": "Changes to the robot account, its tokens, trusts and permissions are written here.",
}


@dataclass(frozen=True, slots=True)
class History:
    """The log of a thing: of what kind it is, what stands in its address, and the frame of its pages."""

    kind: str
    thing: Targeted
    name: str
    key: object
    events: QuerySet[Event]
    base: str
    head: Callable[[], dict[str, object]]
    way: Callable[..., Crumbs]

    def url(self, organization: Organization) -> str:
        """Where all of it is listed."""
        return reverse(f"robots:{self.kind}-history", args=[organization.slug, self.key])


def _of_project(request: Request, slug: str) -> History:
    found = find_project(request, request.organization, slug)
    return History(
        "project",
        found,
        found.name,
        found.slug,
        events_of_project(found),
        "console/organizations/project_base.html",
        lambda: project_page(request, found, "history"),
        partial(project_crumbs, found),
    )


def _of_repository(request: Request, uuid: UUID) -> History:
    found = find_repository(request, request.organization, uuid)
    own = (found.name, found.get_absolute_url())
    return History(
        "repository",
        found,
        str(found),
        found.uuid,
        events_of_repository(found),
        "console/organizations/repository_base.html",
        lambda: repository_page(request, found, "history"),
        partial(project_crumbs, found.project, own),
    )


def _of_team(request: Request, uuid: UUID) -> History:
    found = find_team(request, request.organization, uuid)
    return History(
        "team",
        found,
        str(found),
        found.uuid,
        events_of_team(found),
        "teams/teams/team_base.html",
        lambda: team_page(request, found, "History"),
        partial(team_crumbs, found),
    )


def _of_robot(request: Request, uuid: UUID) -> History:
    found = find_robot(request, request.organization, uuid)
    return History(
        "robot",
        found,
        found.path,
        found.uuid,
        events_of_robot(found),
        "robots/accounts/robot_base.html",
        lambda: robot_page(request, found, "history"),
        partial(robot_crumbs, found),
    )


@require_GET
@in_organization("projects")
def project_history(request: Request, organization: Organization, project: str) -> HttpResponse:
    """What happened to the project and to what is in it, the newest first."""
    return _list(request, _of_project(request, project))


@require_GET
@in_organization("projects")
def project_event(
    request: Request, organization: Organization, project: str, event: UUID
) -> HttpResponse:
    """One event of the project; any other one is a 404."""
    return _event(request, _of_project(request, project), event)


@require_GET
@in_organization("repositories")
def repository_history(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    """The same of a repository."""
    return _list(request, _of_repository(request, repository))


@require_GET
@in_organization("repositories")
def repository_event(
    request: Request, organization: Organization, repository: UUID, event: UUID
) -> HttpResponse:
    return _event(request, _of_repository(request, repository), event)


@require_GET
@in_organization("teams")
def team_history(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    """The same of a team and of places in it."""
    return _list(request, _of_team(request, team))


@require_GET
@in_organization("teams")
def team_event(
    request: Request, organization: Organization, team: UUID, event: UUID
) -> HttpResponse:
    return _event(request, _of_team(request, team), event)


@require_GET
@in_organization("robots")
def robot_history(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """The same of a robot account, its tokens and its trusts; filtered by target, of one of these."""
    return _list(request, _of_robot(request, robot))


@require_GET
@in_organization("robots")
def robot_event(
    request: Request, organization: Organization, robot: UUID, event: UUID
) -> HttpResponse:
    return _event(request, _of_robot(request, robot), event)


def _list(request: Request, history: History) -> HttpResponse:
    require(request.viewer, Permission.EVENT_READ, history.thing)
    reading = read(request, EventFilterForm(request.GET))
    events, order = filtered(history.events, in_moments(reading.wanted))
    page = page_of(events, order, reading, ("event", "events"))
    context = history.head() | filter_context(request, reading, page.rows)
    context |= {
        "base": history.base,
        "history": history,
        "event_address": f"robots:{history.kind}-event",
        "written": WRITTEN[history.kind],
        "page": page,
        "events": with_sentences(list(page.rows)),
    }
    return page_or_part(request, "robots/overview/history.html", "event-table", context)


def _event(request: Request, history: History, event: UUID) -> HttpResponse:
    require(request.viewer, Permission.EVENT_READ, history.thing)
    shown = get_object_or_404(history.events, uuid=event)
    listed = history.url(request.organization)
    context = event_context(shown, listed) | {
        "has_page": False,
        "breadcrumb": history.way(("History", listed), f"Event {shown.number}"),
        "chain_name": history.name,
    }
    return render(request, "console/audit/event.html", context)
