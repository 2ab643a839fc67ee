"""Which robots a list shows, and in which order; behind each filter and order stands an index."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from console.http import Visit
from console.models import Project
from console.paging import Order
from robots.base.periods import EXPIRING_SOON, NEVER_USED
from robots.base.robot_texts import TEXT_FILTERS
from robots.models import Robot, RobotLabel, TeamRobot, Token
from robots.models.labels import read_label
from robots.models.limited import OBSERVED
from robots.models.robots import RobotQuerySet
from robots.queries import search
from robots.queries.clues import robots_by
from robots.queries.filters import NOBODY, ORDERS
from teams.models import Membership, Team

LONG = timedelta(days=90)


def filtered(request: Visit, robots: RobotQuerySet, wanted: dict[str, str]) -> QuerySet[Robot]:
    """Those of `robots` that fit every filter."""
    for name, value in wanted.items():
        if name in CONDITIONS:
            robots = robots.filter(CONDITIONS[name](request, value))
    text = wanted.get("q", "")
    return search.matching(robots, text, robots_by(request, text) if text else None)


def order_of(wanted: dict[str, str]) -> Order:
    """By name unless asked; a search without a wish shows the newest first, as its index has them."""
    sort = wanted.get("sort", "")
    if not sort and len(wanted.get("q", "")) >= search.SHORTEST:
        return Order("found_at", descending=True, unique=True)
    return Order(*ORDERS[sort or "name"])


def _state(_: Visit, state: str) -> Q:
    now = timezone.now()
    match state:
        case "disabled":
            return Q(disabled_at__isnull=False)
        case "expired":
            return Q(expires_at__isnull=False, expires_at__lte=now, disabled_at=None)
    return Q(disabled_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))


def _level(_: Visit, level: str) -> Q:
    return Q(project__isnull=level == "organization")


def _unused(_: Visit, use: str) -> Q:
    if use == "never":
        return Q(last_used_at=NEVER_USED)
    long_ago = timezone.now() - LONG
    return Q(last_used_at__lt=long_ago, created_at__lt=long_ago)


def _expiring(_: Visit, __: str) -> Q:
    """The row's end, which rules out most robots by its index; where that is over, what comes after it."""
    now = timezone.now()
    soon = {"expires_at__gt": now, "expires_at__lte": now + EXPIRING_SOON}
    tokens = Token.objects.living().filter(robot=OuterRef("pk"), **soon)
    lives = Q(expires_at=None) | Q(expires_at__gt=now)
    later = lives & (Q(**soon) | Q(Exists(tokens)))
    return Q(next_expiry_at__lte=now + EXPIRING_SOON) & (Q(next_expiry_at__gt=now) | later)


# One value, so that the index behind the column also gives the order.
def _project(request: Visit, slug: str) -> Q:
    seen = Project.objects.visible_to(request.viewer, request.organization).filter(slug=slug)
    return Q(project=Subquery(seen.order_by().values("pk")[:1]))


def _team(request: Visit, name: str) -> Q:
    seen = Team.objects.visible_to(request.viewer, request.organization).filter(name=name)
    places = TeamRobot.objects.filter(team=Subquery(seen.order_by().values("pk")[:1]))
    return Q(pk__in=places.values("robot"))


def _label(request: Visit, text: str) -> Q:
    key, value = read_label(text)
    found = RobotLabel.objects.filter(organization=request.organization, key=key)
    if "=" in text:
        found = found.filter(value=value)
    return Q(pk__in=found.values("robot"))


def _responsible(request: Visit, email: str) -> Q:
    if email == NOBODY:
        return Q(responsible=None)
    members = Membership.objects.filter(
        organization=request.organization, user__email=email.strip().lower()
    )
    return Q(responsible=Subquery(members.values("pk")[:1]))


def _exactly(column: str) -> Callable[[Visit, str], Q]:
    return lambda _, text: Q(**{column: text})


CONDITIONS: dict[str, Callable[[Visit, str], Q]] = {
    "state": _state,
    "level": _level,
    "unused": _unused,
    "expiring": _expiring,
    "networks": lambda _, __: OBSERVED,
    "project": _project,
    "team": _team,
    "label": _label,
    "responsible": _responsible,
    **{text.name: _exactly(text.name) for text in TEXT_FILTERS},
}
