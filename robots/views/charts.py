"""Thirty days of use as bars with their table."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min, Q, Sum
from django.utils import timezone

from console.audit.recording import chain_of
from console.audit.sentences import with_sentences
from console.http import Request
from console.models import Event, Organization
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.models import DailyUse, Robot, Secret, TokenAddress, Usage
from robots.models.usage import ACCEPTED

DAYS = 30
SLOT, BAR, HEIGHT = 12, 8, 96
SHOWN_EVENTS, SHOWN_ADDRESSES = 20, 50
NEW_FOR, ONE_DAY = timedelta(days=7), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of a chart, in its own units."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day's figures."""

    day: date
    accepted: int
    refused: int

    @property
    def label(self) -> str:
        return f"{self.day:%-d %b}"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, their table, and the sentence that says it."""

    rows: list[Day]
    bars: list[Bar]
    summary: str
    width: int = DAYS * SLOT
    height: int = HEIGHT


def _first_day() -> date:
    return timezone.now().date() - timedelta(days=DAYS - 1)


def chart_of(rows: list[Day]) -> Chart:
    """The last 30 days, accepted beneath and refused on top."""
    return Chart(rows, _bars(rows), _summary(rows))


def _days(counted: Iterable[tuple[date, int | None, int | None]]) -> list[Day]:
    """The last 30 days, also those on which nothing was counted."""
    first = _first_day()
    figures: dict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    figures |= {day: (accepted or 0, refused or 0) for day, accepted, refused in counted}
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return [Day(day, *figures[day]) for day in days]


def _bars(rows: list[Day]) -> list[Bar]:
    highest = max((row.accepted + row.refused for row in rows), default=0) or 1
    bars = []
    for number, row in enumerate(rows):
        top = float(HEIGHT)
        for kind, count in (("accepted", row.accepted), ("refused", row.refused)):
            length = round(count / highest * HEIGHT, 1)
            top -= length
            if length:
                bars.append(Bar(number * SLOT + (SLOT - BAR) / 2, round(top, 1), BAR, length, kind))
    return bars


def _summary(rows: list[Day]) -> str:
    accepted, refused = sum(row.accepted for row in rows), sum(row.refused for row in rows)
    return f"{accepted:,} accepted and {refused:,} refused in the last {DAYS} days"


def organization_days(organization: Organization) -> list[Day]:
    """The use of all robots of an organization."""
    days = DailyUse.objects.filter(organization=organization, day__gte=_first_day())
    return _days(days.values_list("day", "accepted", "refused"))


def robot_days(robot: Robot) -> list[Day]:
    """The use of all tokens of a robot."""
    usage = Usage.objects.filter(token__robot=robot, day__gte=_first_day()).values_list("day")
    return _days(
        usage.annotate(
            accepted=Sum("count", filter=Q(outcome=ACCEPTED)),
            refused=Sum("count", filter=~Q(outcome=ACCEPTED)),
        )
    )


def robot_chart(request: Request, robot: Robot) -> dict[str, object]:
    """A robot's use, and what happened to it and its tokens."""
    context: dict[str, object] = {"chart": chart_of(robot_days(robot)), "addresses": []}
    if allows(request.viewer, Permission.TOKEN_READ, robot):
        context["addresses"] = _addresses(robot)
    if allows(request.viewer, Permission.EVENT_READ, robot):
        things = [robot.uuid, *robot.tokens.values_list("uuid", flat=True)]
        events = Event.objects.filter(chain=chain_of(robot.organization), target_uuid__in=things)
        context["events"] = with_sentences(list(events.order_by("-number")[:SHOWN_EVENTS]))
    return context


@dataclass(frozen=True, slots=True)
class Place:
    """An address from which a token was used; new in its first week, but not on the first day of all."""

    seen: TokenAddress
    is_new: bool


def _addresses(robot: Robot) -> list[Place]:
    """From where the robot's tokens were used last."""
    rows = TokenAddress.objects.filter(token__robot=robot, token__revoked_at=None)
    shown = list(rows.select_related("token").order_by("-last_seen_at", "id")[:SHOWN_ADDRESSES])
    first_uses = Secret.objects.filter(token__in={row.token_id for row in shown}).order_by()
    begun = dict(first_uses.values_list("token").annotate(at=Min("first_used_at")))
    newest = timezone.now() - NEW_FOR
    return [
        Place(row, row.first_seen_at > max(newest, (begun.get(row.token_id) or newest) + ONE_DAY))
        for row in shown
    ]
