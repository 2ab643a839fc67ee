"""What of teams needs robots: their list, the robot accounts of one, its end."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.actions import Action
from console.pages.candidates import Offer, choice, is_sent, text_to_find
from console.pages.confirmation import Consequence, confirm, confirm_by_name
from console.pages.frame import Crumbs, crumbs, in_organization
from console.pages.htmx import done, page_or_part
from console.pages.reading import read_search
from console.paging import Order, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.access.forms.teams import TeamRobotsForm
from robots.access.services.deletions import delete_team
from robots.access.views.menus import team_robot_menu
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.models import Robot, TeamRobot
from robots.models.robots import RobotQuerySet
from robots.queries import search
from teams.grants.access_preview import access_preview
from teams.models import Team, TeamGrant, TeamMember
from teams.teams.queries import find_team, teams_matching
from teams.teams.views.frame import action, team_crumbs, team_page

# How many of each kind the page about the end of a team names.
NAMED = 50


@require_GET
@in_organization("teams")
def team_list(request: Request, organization: Organization) -> HttpResponse:
    reading = read_search(request)
    teams = Team.objects.visible_to(request.viewer, organization)
    counted = teams_matching(teams, reading.text).annotate(
        member_count=_count(TeamMember),
        robot_count=_count(TeamRobot),
        grant_count=_count(TeamGrant),
    )
    context = {
        "page": page_of(counted, Order("name"), reading, ("team", "teams")),
        "q": reading.text,
        "can_create": allows(request.viewer, Permission.TEAM_CREATE, organization),
        "sees_all": allows(request.viewer, Permission.TEAM_READ, organization),
        "breadcrumb": crumbs(organization, "Teams"),
    }
    return page_or_part(request, "teams/teams/team_list.html", "team-table", context)


def _count(model: type[TeamMember | TeamRobot | TeamGrant]) -> Coalesce:
    """How many rows of `model` a team has, as a subquery of its own."""
    rows: QuerySet[TeamMember | TeamRobot | TeamGrant] = model.objects.filter(team=OuterRef("pk"))
    counted = rows.order_by().values("team").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@require_GET
@in_organization("teams")
def team_robots(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_READ, found)
    reading = read_search(request)
    places = _places(found, reading.text).annotate(name=F("robot__name"))
    page = page_of(places, Order("name"), reading, ("robot account", "robot accounts"))
    seen = Robot.objects.visible_to(request.viewer, organization)
    linked = seen.filter(pk__in=[place.robot_id for place in page.rows])
    context = team_page(request, found, "Robot accounts") | {
        "page": page,
        "q": reading.text,
        "linked": set(linked.values_list("pk", flat=True)),
    }
    context["rows"] = _rows(found, page.rows, bool(context["can_update"]))
    if context["can_update"]:
        context |= action("Add Robot Account", "robots:team-robot-add", found)
    return page_or_part(request, "robots/access/team_robots.html", "robot-table", context)


def _places(team: Team, text: str) -> QuerySet[TeamRobot]:
    """The places of robots that have `text` in their login name or description."""
    places = TeamRobot.objects.filter(team=team).select_related("robot")
    if not text:
        return places
    return places.filter(Q(robot__login_name__has_text=text) | Q(robot__description__has_text=text))


def _rows(
    team: Team, places: Sequence[TeamRobot], can_update: bool
) -> list[tuple[TeamRobot, list[Action]]]:
    """Each robot of the team with its menu."""
    return [(place, team_robot_menu(team, place.robot) if can_update else []) for place in places]


def _outside(request: Request, team: Team) -> RobotQuerySet:
    """The robots that may join: the organization's own, no role's accounts, not in it yet."""
    seen = Robot.objects.visible_to(request.viewer, team.organization).filter(project=None)
    inside = TeamRobot.objects.filter(team=team).values("robot")
    return seen.without_role_accounts().exclude(pk__in=inside)


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_robot_add(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    """Choose organization robots that are not in the team, several at once."""
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_UPDATE, found)
    form = TeamRobotsForm(posted(request), robots=_outside(request, found))
    sent = is_sent(request, form)
    if sent and (added := attempt(form, lambda: _add(request, found, form))):
        messages.success(request, f"{added} added to {found.name}.")
        return done(request, _listed(found))
    context = _choice(request, found) | {
        "team": found,
        "form": form,
        "back": _listed(found),
        "can_create": allows(request.viewer, Permission.ROBOT_CREATE, organization),
        "breadcrumb": _in_robots(found, "Add robot account"),
    }
    return page_or_part(
        request, "robots/access/team_robot_add.html", "candidates", context, invalid=sent
    )


def _in_robots(team: Team, item: str) -> Crumbs:
    """The way to a page below the team's robot accounts."""
    return team_crumbs(team, ("Robot accounts", _listed(team)), item)


def _listed(team: Team) -> str:
    return reverse("robots:team-robots", args=[team.organization.slug, team.uuid])


def _choice(request: Request, team: Team) -> dict[str, Any]:
    outside = _outside(request, team).order_by("name")
    matching = search.matching(outside, text_to_find(request))
    return choice(request, "robot", Offer("robot", outside, matching, _of_robot))


def _of_robot(robot: Robot) -> tuple[str, str]:
    return robot.name, robot.login_name


def _add(request: Request, team: Team, form: TeamRobotsForm) -> str:
    """Which robots were added, in words."""
    added = add_team_robots(actor=request.user, team=team, robots=form.cleaned_data["robot"])
    names = [place.robot.name for place in added]
    return names[0] if len(names) == 1 else f"{len(names)} robot accounts"


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_robot_remove(
    request: Request, organization: Organization, team: UUID, robot: UUID
) -> HttpResponse:
    """What the robot loses; then it is out of the team."""
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_UPDATE, found)
    inside = Robot.objects.living().select_related("organization", "project")
    leaving = get_object_or_404(inside, team_places__team=found, uuid=robot)
    context = {
        "team": found,
        "name": leaving.name,
        "is_self": False,
        "is_robot": True,
        "losses": access_preview(leaving, organization, found.grants.with_names(), request.viewer),
        "back": _listed(found),
        "breadcrumb": _in_robots(found, f"Remove {leaving.name}"),
    }
    consequence = Consequence(
        lambda: remove_team_robot(actor=request.user, team=found, robot=leaving),
        f"{leaving.name} is out of {found.name}.",
        _listed(found),
    )
    return confirm(request, "teams/teams/team_end.html", context, consequence)


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_delete(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    """What goes, the name typed, and a fresh sign-in."""
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_DELETE, found)
    consequence = Consequence(
        lambda: delete_team(actor=request.user, team=found),
        f"Team {found.name} deleted.",
        reverse("robots:team-list", args=[organization.slug]),
    )
    template = "robots/access/team_delete.html"
    return confirm_by_name(request, template, found.name, lambda: _ending(found), consequence)


def _ending(team: Team) -> dict[str, Any]:
    places = TeamRobot.objects.filter(team=team).select_related("robot").order_by("robot__name")
    return {
        "team": team,
        "members": team.members.select_related("user")[:NAMED],
        "robots": [place.robot for place in places[:NAMED]],
        "grants": team.grants.with_names()[:NAMED],
        "more": _beyond(team.members.all()) + _beyond(places) + _beyond(team.grants.all()),
        "breadcrumb": team_crumbs(team, "Delete"),
    }


def _beyond(rows: QuerySet[Any]) -> int:
    """How many rows the page does not name."""
    return max(0, rows.count() - NAMED)
