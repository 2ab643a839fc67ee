"""A list of robots: what each row tells, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from console.http import Visit
from console.models import Project
from console.permissions.vocabulary import Permissions, with_implied
from robots.base.states import earlier, urgency_of
from robots.models import Robot, RobotGrant, RobotLabel, TeamRobot, Token, Trust
from robots.models.labels import label_text
from teams.models import Team, TeamGrant
from teams.models.holding import conferred

SHOWN_LABELS = 2


class GrantRow(NamedTuple):
    """What the list needs of a grant, by Django's look-ups: a page may stand for thousands of them."""

    role: str
    permissions: Permissions
    custom_role__permissions: Permissions | None
    project_id: int | None
    project__name: str | None


@dataclass(slots=True)
class Marks:
    """The names of a robot's teams that the viewer may know, and its labels."""

    teams: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RobotRow:
    """A robot in the list, and what it holds."""

    robot: Any  # with what `annotated` added
    permissions: Permissions
    reach: str
    teams: list[str]
    labels: list[str]

    @property
    def permission_count(self) -> int:
        return len(self.permissions)

    @property
    def next_end(self) -> datetime | None:
        """What comes first: the robot's own end, or a token's that lies ahead."""
        return earlier(self.robot.expires_at, self.robot.token_end)

    @property
    def earlier_token_end(self) -> datetime | None:
        return None if self.next_end == self.robot.expires_at else self.next_end

    @property
    def urgency(self) -> str:
        return urgency_of(self.robot.expires_at, timezone.now())

    @property
    def token_urgency(self) -> str:
        return urgency_of(self.earlier_token_end, timezone.now())

    @property
    def more_teams(self) -> int:
        return len(self.teams) - 1

    @property
    def shown_labels(self) -> list[str]:
        return self.labels[:SHOWN_LABELS]

    @property
    def more_labels(self) -> list[str]:
        return self.labels[SHOWN_LABELS:]


def robot_rows(
    request: Visit, robots: Iterable[Robot], within: Project | None = None
) -> list[RobotRow]:
    """Each robot with what its own grants and its teams' give, everywhere or in one project."""
    robots = list(robots)
    for robot in robots:
        robot.organization = request.organization
    grants, marks = _grants(robots, within), _marks(request, robots)
    return [
        RobotRow(
            robot,
            _union(grants[robot.pk]),
            _reach(grants[robot.pk]),
            sorted(marks[robot.pk].teams),
            sorted(marks[robot.pk].labels),
        )
        for robot in robots
    ]


def _grants(robots: list[Robot], within: Project | None) -> dict[int, list[GrantRow]]:
    """Each robot's own grants and its teams'."""
    there = Q(project=within) | Q(project=None) if within else Q()
    own = RobotGrant.objects.in_force().filter(there, robot__in=robots)
    through = TeamGrant.objects.in_force().filter(there, team__robot_places__robot__in=robots)
    rows = own.values_list("robot_id", *GrantRow._fields).union(
        through.values_list("team__robot_places__robot_id", *GrantRow._fields), all=True
    )
    grants: dict[int, list[GrantRow]] = {robot.pk: [] for robot in robots}
    for robot, *row in rows:
        grants[robot].append(GrantRow(*row))
    return grants


def _marks(request: Visit, robots: list[Robot]) -> dict[int, Marks]:
    """Each robot's teams and labels, in one query: a label has a key, a team's name none."""
    marks = {robot.pk: Marks() for robot in robots}
    known = Team.objects.visible_to(request.viewer, request.organization).order_by()
    places = TeamRobot.objects.filter(robot__in=robots, team__in=known)
    labels = RobotLabel.objects.filter(robot__in=robots)
    rows = labels.values_list("robot_id", "key", "value").union(
        places.values_list("robot_id", Value(""), F("team__name")), all=True
    )
    for robot, key, name in rows:
        if key:
            marks[robot].labels.append(label_text(key, name))
        else:
            marks[robot].teams.append(name)
    return marks


def _union(grants: list[GrantRow]) -> Permissions:
    return frozenset().union(*(with_implied(conferred(*grant[:3])[0]) for grant in grants))


def _reach(grants: list[GrantRow]) -> str:
    """Where the grants reach, in two words."""
    names = {grant.project_id: grant.project__name or "" for grant in grants}
    if None in names:
        return "all projects"
    return f"{len(names)} projects" if len(names) > 1 else next(iter(names.values()), "nothing yet")


def annotated(robots: QuerySet[Robot]) -> QuerySet[Robot]:
    """With the number of tokens and of trusts, the first end of a token that lies ahead, and the name of the
    project.

    Nothing is joined: with a join, SQLite's planner leaves the index of the order, once there are
    statistics and one organization has nearly all robots.
    """
    living = Token.objects.living().filter(robot=OuterRef("pk")).order_by().values("robot")
    trusts = Trust.objects.living().filter(token__robot=OuterRef("pk")).order_by()
    ahead = living.filter(expires_at__gt=timezone.now()).annotate(end=Min("expires_at"))
    project = Project.objects.filter(pk=OuterRef("project")).order_by().values("name")
    return robots.annotate(
        token_count=_number_of(living),
        trust_count=_number_of(trusts.values("token__robot")),
        token_end=Subquery(ahead.values("end")),
        project_name=Subquery(project),
    )


def _number_of(grouped: QuerySet[Any, Any]) -> Coalesce:
    """How many there are in the one group."""
    counted = grouped.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
