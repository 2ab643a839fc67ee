"""Effective access: who can reach a repository or project, and what a robot reaches."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.http import Request
from console.models import Organization, Project, Repository
from console.organizations.queries import find_project, find_repository
from console.organizations.views.projects import project_page
from console.organizations.views.repositories import repository_page
from console.pages.actions import Action
from console.pages.frame import in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read, require_readable
from console.paging import Reading, address, capped_count, page_of_gathered
from console.permissions.decision import allows, require
from console.permissions.roles import ABILITIES
from console.permissions.vocabulary import Permission
from console.spreadsheets import csv_download
from robots.access.forms.reach import ReachFilterForm
from robots.access.views.narrowing import unused_part
from robots.accounts.views.frame import robot_page
from robots.accounts.views.menus import may_add_access, robot_buttons
from robots.models import Robot
from robots.queries.explain import Holding, Right, rights_of
from robots.queries.finding import find_robot
from robots.queries.reaching import Reacher, attach_logins, who_reaches
from teams.models import Team

# Kind, heading, what is counted, and what the cursor of its list is called.
KINDS = (
    ("robot", "Robot accounts", ("robot account", "robot accounts"), "robots"),
    ("team", "Teams", ("team", "teams"), "teams"),
    ("person", "People", ("person", "people"), "people"),
)
SHOWN_TEAMS = 20
CAN_WORDS = {"admin": "Is admin"}
CURSORS = [cursor for *_, cursor in KINDS]
HOLDING = (*ABILITIES, "further permissions", "because of")


def _read(request: Request) -> Reading:
    return read(request, ReachFilterForm(request.GET), cursors=CURSORS)


def _filters(request: Request, reading: Reading) -> dict[str, object]:
    """What is filtered, and the addresses that filter otherwise."""
    cursors = dict.fromkeys(("cursor", *CURSORS), "")
    can = reading.wanted.get("can", "")
    return {
        "q": reading.text,
        "can": can,
        "ability_names": list(ABILITIES),
        "can_links": [
            (
                CAN_WORDS.get(name, f"Can {name}"),
                address(request.GET, **cursors, can="" if name == can else name),
                name == can,
            )
            for name in ABILITIES
            if can in {"", name}
        ],
        "is_filtered": bool(reading.wanted or reading.unreadable),
        "plain_url": request.path,
        "search_url": request.path + address(request.GET, **cursors, q="").rstrip("?"),
        "file_query": address(request.GET, **cursors).rstrip("?"),
    }


def _reachers(request: Request, place: Project | Repository, reading: Reading) -> list[Reacher]:
    """Whoever reaches the place and is looked for."""
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    can, text = reading.wanted.get("can"), reading.text.casefold()
    return [
        reacher
        for reacher in who_reaches(place, hidden)
        if text in reacher.name.casefold() and (not can or reacher.holding.can(can))
    ]


def _reach(request: Request, place: Project | Repository) -> dict[str, Any]:
    """Robots, teams and people apart, each list with its pages."""
    reading = _read(request)
    found = _reachers(request, place, reading)
    lists = []
    for kind, title, noun, cursor in KINDS:
        of_kind = [reacher for reacher in found if reacher.kind == kind]
        page = page_of_gathered(of_kind, _order, reading, noun, cursor)
        lists.append((title, kind, page))
    attach_logins([reacher for *_, page in lists for reacher in page.rows])
    return _filters(request, reading) | {
        "lists": lists,
        "page": lists[0][-1],
        "is_empty": not found and not reading.unreadable,
    }


def _order(reacher: Reacher) -> str:
    return reacher.order


def _add_button(request: Request, place: Project | Repository, url: str) -> dict[str, object]:
    """The button that gives access there, for whoever may."""
    can_add = allows(request.viewer, Permission.GRANT_CREATE, place)
    return {"buttons": [Action("Add Access", url, "plus", "primary")] if can_add else []}


@require_GET
@in_organization("repositories")
def repository_reach(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    """Who can reach this, and through which grants."""
    found = find_repository(request, organization, repository)
    require(request.viewer, Permission.GRANT_READ, found)
    where = [organization.slug, found.uuid]
    context = (
        repository_page(request, found, "reach")
        | _reach(request, found)
        | {"file_url": reverse("robots:repository-reach-export", args=where)}
        | _add_button(request, found, reverse("robots:repository-access-add", args=where))
    )
    return page_or_part(request, "robots/access/repository_reach.html", "reach", context)


@require_GET
@in_organization("projects")
def project_reach(request: Request, organization: Organization, project: str) -> HttpResponse:
    """Who can reach all or some of its repositories."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.GRANT_READ, found)
    where = [organization.slug, found.slug]
    context = (
        project_page(request, found, "reach")
        | _reach(request, found)
        | {"file_url": reverse("robots:project-reach-export", args=where)}
        | _add_button(request, found, reverse("robots:project-access-add", args=where))
    )
    return page_or_part(request, "robots/access/project_reach.html", "reach", context)


def _export(request: Request, place: Project | Repository, name: str) -> StreamingHttpResponse:
    require(request.viewer, Permission.GRANT_READ, place)
    reading = _read(request)
    require_readable(reading)
    found = sorted(_reachers(request, place, reading), key=lambda it: (it.kind, it.order))
    lines = ((it.kind, it.name, *_cells(it.holding)) for it in found)
    return csv_download(_filename(name, "reach"), ("kind", "name", *HOLDING), lines)


def _filename(name: str, what: str) -> str:
    return f"{name.replace('/', '-')}-{what}-{timezone.now():%Y-%m-%d}.csv"


def _cells(holding: Holding) -> Iterator[str]:
    """What is held at a place as the cells of a line."""
    yield from (ability.words for ability in holding.abilities)
    yield " ".join(holding.further)
    yield "; ".join(holding.sources)


@require_GET
@in_organization("repositories")
def repository_reach_export(
    request: Request, organization: Organization, repository: UUID
) -> StreamingHttpResponse:
    found = find_repository(request, organization, repository)
    return _export(request, found, str(found))


@require_GET
@in_organization("projects")
def project_reach_export(
    request: Request, organization: Organization, project: str
) -> StreamingHttpResponse:
    found = find_project(request, organization, project)
    return _export(request, found, str(found))


def _rights(request: Request, robot: Robot, reading: Reading) -> list[Right]:
    """Where the robot holds something, as far as that is looked for."""
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    can, text = reading.wanted.get("can"), reading.text.casefold()
    return [
        right
        for right in rights_of(robot, hidden)
        if text in right.where.casefold() and (not can or right.holding.can(can))
    ]


def _robot_buttons(request: Request, robot: Robot) -> list[Action]:
    if not may_add_access(request.viewer, robot):
        return robot_buttons(request.viewer, robot)
    url = reverse("robots:robot-access-add", args=[robot.organization.slug, robot.uuid])
    return [Action("Add Access", url, "plus", "primary")]


@require_GET
@in_organization("robots")
def robot_access(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """Each place that a grant of the robot or its teams is about, with what that comes to."""
    found = find_robot(request, organization, robot)
    reading = _read(request)
    rights = _rights(request, found, reading)
    page = page_of_gathered(rights, lambda right: right.where, reading, ("place", "places"))
    seen = Team.objects.visible_to(request.viewer, organization).select_related("organization")
    teams = seen.filter(robot_places__robot=found)
    where = [organization.slug, found.uuid]
    context = (
        robot_page(request, found, "access")
        | _filters(request, reading)
        | {
            "page": page,
            "teams": teams[:SHOWN_TEAMS],
            "more_teams": max(0, capped_count(teams) - SHOWN_TEAMS),
            "buttons": _robot_buttons(request, found),
            "file_url": reverse("robots:robot-access-export", args=where),
            **unused_part(request, found),
        }
    )
    return page_or_part(request, "robots/accounts/robot_access.html", "access", context)


@require_GET
@in_organization("robots")
def robot_access_export(
    request: Request, organization: Organization, robot: UUID
) -> StreamingHttpResponse:
    found = find_robot(request, organization, robot)
    reading = _read(request)
    require_readable(reading)
    lines = _lines(_rights(request, found, reading))
    return csv_download(_filename(found.path, "access"), ("where", "what", *HOLDING), lines)


def _lines(rights: Iterable[Right]) -> Iterator[tuple[str, ...]]:
    for right in rights:
        yield (right.where, right.note, *_cells(right.holding))
