"""The list of robots: what each row shows, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from console.http import Request
from console.models import Project
from console.paging import Order, address, page_of
from console.permissions import Permissions, with_implied
from robots import search
from robots.forms.filters import ORDERS, STATES, RobotFilterForm
from robots.models import Robot, RobotGrant, TeamRobot, Token
from robots.models.robots import NEVER_ENDS, RobotQuerySet
from teams.models import Team, TeamGrant
from teams.models.holding import conferred


class GrantRow(NamedTuple):
    """What the list needs of a grant, by Django's look-ups: a page may stand for thousands of them."""

    role: str
    permissions: Permissions
    custom_role__permissions: Permissions | None
    project_id: int | None
    project__name: str | None


@dataclass(frozen=True, slots=True)
class RobotRow:
    """A robot in the list, and what it holds."""

    robot: Robot
    permissions: Permissions
    reach: str
    teams: list[str]

    @property
    def permission_count(self) -> int:
        return len(self.permissions)


def _token_count() -> Coalesce:
    living = Token.objects.living().filter(robot=OuterRef("pk")).order_by().values("robot")
    counted = living.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _in_state(robots: RobotQuerySet, state: str) -> RobotQuerySet:
    now = timezone.now()
    ended = Q(expires_at__isnull=False, expires_at__lte=now)
    match state:
        case "disabled":
            return robots.filter(disabled_at__isnull=False)
        case "expired":
            return robots.filter(ended, disabled_at=None)
        case "active":
            return robots.filter(~ended, disabled_at=None)
    return robots


def robot_rows(
    request: Request, robots: Iterable[Robot], within: Project | None = None
) -> list[RobotRow]:
    """Each robot with what its own grants and its teams' give, everywhere or in one project."""
    robots = list(robots)
    grants, teams = _grants(robots, within), _teams(request, robots)
    return [
        RobotRow(robot, _union(grants[robot.pk]), _reach(grants[robot.pk]), teams[robot.pk])
        for robot in robots
    ]


def _grants(robots: list[Robot], within: Project | None) -> dict[int, list[GrantRow]]:
    """Each robot's own grants and its teams'."""
    there = Q(project=within) | Q(project=None) if within else Q()
    own = RobotGrant.objects.filter(there, robot__in=robots)
    through = TeamGrant.objects.filter(there, team__robot_places__robot__in=robots)
    rows = own.values_list("robot_id", *GrantRow._fields).union(
        through.values_list("team__robot_places__robot_id", *GrantRow._fields), all=True
    )
    grants: dict[int, list[GrantRow]] = {robot.pk: [] for robot in robots}
    for robot, *row in rows:
        grants[robot].append(GrantRow(*row))
    return grants


def _teams(request: Request, robots: list[Robot]) -> dict[int, list[str]]:
    """The names of each robot's teams, as far as the viewer may know them."""
    teams: dict[int, list[str]] = {robot.pk: [] for robot in robots}
    known = Team.objects.visible_to(request.viewer, request.organization).order_by()
    places = TeamRobot.objects.filter(robot__in=robots, team__in=known).order_by("team__name")
    for robot, name in places.values_list("robot_id", "team__name"):
        teams[robot].append(name)
    return teams


def _union(grants: list[GrantRow]) -> Permissions:
    return frozenset().union(*(with_implied(conferred(*grant[:3])[0]) for grant in grants))


def _reach(grants: list[GrantRow]) -> str:
    """Where the grants reach, in two words."""
    names = {grant.project_id: grant.project__name or "" for grant in grants}
    if None in names:
        return "all projects"
    return f"{len(names)} projects" if len(names) > 1 else next(iter(names.values()), "nothing yet")


def robots_page(request: Request, robots: RobotQuerySet) -> dict[str, object]:
    """The filtered and sorted page of `robots`, and the addresses of its filters."""
    form = RobotFilterForm(request.GET)
    form.is_valid()  # what is not valid filters nothing
    wanted = form.cleaned_data
    text, state, sort = (str(wanted.get(name) or "") for name in ("q", "state", "sort"))
    found = search.matching(_in_state(robots, state), text)
    page = page_of(
        _annotated(found), _order(text, sort), request.GET, ("robot account", "robot accounts")
    )
    return {
        "page": page,
        "rows": robot_rows(request, page.rows),
        "never_ends": NEVER_ENDS,
        "q": text,
        "state": state,
        "state_links": [(name, address(request.GET, state=name, cursor="")) for name in STATES],
        "any_state_url": address(request.GET, state="", cursor=""),
        "sort_by_name": _sort_link(request, sort or "name", "name"),
        "sort_by_created": _sort_link(request, sort, "created"),
        "is_filtered": bool(text or state),
    }


def _annotated(robots: QuerySet[Robot]) -> QuerySet[Robot]:
    # Nothing of other tables: with a join, SQLite's planner leaves the index of the order, once there
    # are statistics and one organization has nearly all robots.
    return robots.annotate(token_count=_token_count())


def _order(text: str, sort: str) -> Order:
    """By name unless asked; a search without a wish shows the newest first, as its index has them."""
    if not sort and len(text) >= search.SHORTEST:
        return Order("found_at", descending=True, unique=True)
    return Order(*ORDERS[sort or "name"])


def _sort_link(request: Request, present: str, column: str) -> dict[str, str]:
    directions = {column: "ascending", f"-{column}": "descending"}
    turned = f"-{column}" if present == column else column
    return {
        "url": address(request.GET, sort=turned, cursor=""),
        "direction": directions.get(present, ""),
    }
