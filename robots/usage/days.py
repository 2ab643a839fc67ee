"""Days of use, counted: as many as are asked for, with verifiers and the reasons of refusals."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone

from console.models import Organization, Project
from robots.models import DailyOutcome, DailyUse, Robot, Token, Usage
from robots.models.usage import ACCEPTED

DAYS = 30
# Days are summed up to months after the last of these.
PERIODS = (7, DAYS, 90)
Counted = Iterable[tuple[date, str, str, int]]


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
class Share:
    """What of the requests came by one verifier."""

    verifier: str
    accepted: int
    refused: int


@dataclass(frozen=True, slots=True)
class Use:
    """The requests of some days, by day, by verifier, and the refused ones by reason."""

    days: list[Day]
    verifiers: list[Share] = field(default_factory=list)
    reasons: list[tuple[str, int]] = field(default_factory=list)


def _first_day(number: int) -> date:
    return timezone.now().date() - timedelta(days=number - 1)


def _days(number: int, accepted: Counter[date], refused: Counter[date]) -> list[Day]:
    """The last days, also those on which nothing was counted."""
    days = [_first_day(number) + timedelta(days=n) for n in range(number)]
    return [Day(day, accepted[day], refused[day]) for day in days]


def organization_days(organization: Organization) -> list[Day]:
    """The use of all robots of an organization in thirty days."""
    rows = DailyUse.objects.filter(organization=organization, day__gte=_first_day(DAYS))
    accepted, refused = Counter[date](), Counter[date]()
    for day, yes, no in rows.values_list("day", "accepted", "refused"):
        accepted[day], refused[day] = yes, no
    return _days(DAYS, accepted, refused)


def organization_use(organization: Organization, number: int) -> Use:
    """The use of all robots of an organization, from what was added up by day."""
    rows = DailyOutcome.objects.filter(organization=organization, day__gte=_first_day(number))
    return _use(rows.values_list("day", "verifier", "outcome", "count"), number)


def project_use(project: Project, number: int) -> Use:
    """The use of all robot accounts of a project, and of their trusts."""
    return _usage(Usage.objects.filter(token__robot__project=project), number)


def robot_use(robot: Robot, number: int = DAYS) -> Use:
    """The use of all tokens of a robot, and of its trusts."""
    return _usage(Usage.objects.filter(token__robot=robot), number)


def token_use(token: Token, number: int = DAYS) -> Use:
    """The use of one token, or of a trust by its login."""
    return _usage(Usage.objects.filter(token=token), number)


def _usage(rows: QuerySet[Usage], number: int) -> Use:
    counted = rows.filter(day__gte=_first_day(number)).order_by()
    by_day = counted.values("day", "verifier", "outcome").annotate(number=Sum("count"))
    return _use(by_day.values_list("day", "verifier", "outcome", "number"), number)


def _use(counted: Counted, number: int) -> Use:
    accepted, refused = Counter[date](), Counter[date]()
    by_verifier: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    reasons = Counter[str]()
    for day, verifier, outcome, count in counted:
        is_accepted = outcome == ACCEPTED
        (accepted if is_accepted else refused)[day] += count
        by_verifier[is_accepted][verifier] += count
        if not is_accepted:
            reasons[outcome] += count
    return Use(
        _days(number, accepted, refused), _shares(by_verifier), sorted(reasons.items(), key=_most)
    )


def _shares(by_verifier: dict[bool, Counter[str]]) -> list[Share]:
    accepted, refused = by_verifier[True], by_verifier[False]
    asked = sorted((accepted + refused).items(), key=_most)
    return [Share(name, accepted[name], refused[name]) for name, _ in asked]


def _most(counted: tuple[str, int]) -> tuple[int, str]:
    """The most first, and of as many by name."""
    name, number = counted
    return -number, name
