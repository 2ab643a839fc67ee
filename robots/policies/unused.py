"""What policies disable because it is unused: which tokens and robots that is, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from console import moments
from console.models import Organization
from robots.models import Robot, Token
from robots.policies.rules import Rules

# So many days before something is disabled somebody is told.
ANNOUNCED_DAYS = (3, 14)
# Of what a preview names, the first.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Idle:
    """A robot's token, or a robot, that a policy disables, and when it will have been unused for so long."""

    thing: Token | Robot
    days: int
    due_at: datetime


def idle_things(organization: Organization, rules: Rules, now: datetime) -> Iterator[Idle]:
    """All that is unused for so long that it has to be announced, or longer."""
    for project, policy in rules.items():
        there = _robots_of(project, rules)
        yield from _idle(_tokens(organization, there, now), policy.disable_tokens_days, now)
        yield from _idle(_robots(organization, there, now), policy.disable_robots_days, now)


@dataclass(slots=True)
class Unused:
    """Since when which tokens and robots are unused that policies will disable, by their ids."""

    tokens: dict[int, str] = field(default_factory=dict)
    robots: dict[int, str] = field(default_factory=dict)

    def robot_hits(self) -> list[tuple[Robot, str]]:
        """The first of the robots, and since when."""
        first = sorted(self.robots)[:SHOWN]
        robots = Robot.objects.filter(pk__in=first).select_related("organization", "project")
        return [(robot, self.robots[robot.pk]) for robot in robots.order_by("pk")]


def unused_by(organization: Organization, project: int | None, rules: Rules) -> Unused:
    """What would be announced by now, of a project's own robots or of all."""
    found = Unused()
    there: Rules = rules if project is None else {project: rules[project]}
    for idle in idle_things(organization, there, timezone.now()):
        part = found.robots if isinstance(idle.thing, Robot) else found.tokens
        part[idle.thing.pk] = (
            f"Unused since {moments.date(idle.due_at - timedelta(days=idle.days))}"
        )
    return found


def _idle(things: QuerySet[Any], days: int | None, now: datetime) -> Iterator[Idle]:
    if days is None:
        return
    latest = now - timedelta(days=days - max(ANNOUNCED_DAYS))
    for thing in things.filter(idle_from__lte=latest).order_by("pk").iterator(chunk_size=500):
        yield Idle(thing, days, thing.idle_from + timedelta(days=days))


def _robots_of(project: int | None, rules: Rules) -> QuerySet[Robot]:
    """Whom the rules of `project` are about: the organization's (`None`), all who have no others."""
    living = Robot.objects.living()
    if project is not None:
        return living.filter(project=project)
    others = [pk for pk in rules if pk is not None]
    return living.filter(Q(project=None) | ~Q(project__in=others))


def _tokens(organization: Organization, robots: QuerySet[Robot], now: datetime) -> QuerySet[Token]:
    """Tokens that work, with `idle_from`."""
    enabled = Coalesce("enabled_at", "created_at")
    working = Token.objects.living().filter(
        organization=organization,
        robot__in=robots.filter(disabled_at=None),
        disabled_at=None,
        blocked_at=None,
        sorted_end__gt=now,
    )
    found = working.annotate(idle_from=Greatest("last_used_at", "created_at", enabled))
    return found.select_related("robot__organization", "robot__project")


def _robots(organization: Organization, robots: QuerySet[Robot], now: datetime) -> QuerySet[Robot]:
    """Robots that work, with `idle_from`: a login that is new keeps its robot, too."""
    logins = Token.objects.logins().filter(robot=OuterRef("pk")).order_by().values("robot")
    enabled = Greatest("created_at", Coalesce("enabled_at", "created_at"))
    newest = logins.annotate(newest=Max(enabled, output_field=DateTimeField())).values("newest")
    working = robots.filter(Q(expires_at=None) | Q(expires_at__gt=now), disabled_at=None)
    found = working.filter(organization=organization, role_name="").annotate(
        idle_from=Greatest(
            "last_used_at",
            "created_at",
            Coalesce("enabled_at", "created_at"),
            Coalesce(Subquery(newest), F("created_at")),
        )
    )
    return found.select_related("organization", "project", "responsible__user")
