"""Thirty days of use, counted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, Sum
from django.utils import timezone

from console.models import Organization
from robots.models import DailyUse, Robot, Usage
from robots.models.usage import ACCEPTED

DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """One day's figures."""

    day: date
    accepted: int
    refused: int

    @property
    def label(self) -> str:
        return f"{self.day:%-d %b}"


def _first_day() -> date:
    return timezone.now().date() - timedelta(days=DAYS - 1)


def _days(counted: Iterable[tuple[date, int | None, int | None]]) -> list[Day]:
    """The last 30 days, also those on which nothing was counted."""
    first = _first_day()
    figures: dict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    figures |= {day: (accepted or 0, refused or 0) for day, accepted, refused in counted}
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return [Day(day, *figures[day]) for day in days]


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
