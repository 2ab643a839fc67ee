"""What was said about a need, and whether it still holds: until something new comes, and a month at most."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from console.models import Organization
from robots.base.periods import EXPIRING_SOON
from robots.models import DailyUse, NeedAnswer
from robots.overview.attention import (
    NEEDS,
    Asked,
    ending_robots,
    idle_robots,
    leaks,
    unused_days_of,
)
from robots.policies.unused import ANNOUNCED_DAYS

ANSWERED_FOR = timedelta(days=30)
ENDING, IDLE_ROBOTS, LEAKED = "ending", "idle_robots", "leaked"
# What each need is called, those that are no list of tokens included.
CALLED = {
    **{key: f"{need.label.lower()} tokens" for key, need in NEEDS.items()},
    ENDING: "robot accounts that end",
    IDLE_ROBOTS: "unused robot accounts that will be disabled",
    LEAKED: "leaked tokens",
}


def answers_of(organization: Organization) -> dict[str, NeedAnswer]:
    """By need, those that still hold in time; whether something new came is another question."""
    lasting = Q(until=None) | Q(until__gt=timezone.now())
    answers = NeedAnswer.objects.filter(lasting, organization=organization)
    return {answer.need: answer for answer in answers}


def holds(answer: NeedAnswer, number: int) -> bool:
    """Whether nothing has come since it was given; what is muted stays so."""
    return answer.is_muted or (number <= answer.count and not _has_grown(answer))


def refused_on_day(organization: Organization) -> int:
    """How many requests were refused today."""
    day = timezone.now().date()
    return _refused(organization.daily_use.filter(day=day))


def _refused(days: QuerySet[DailyUse]) -> int:
    return days.aggregate(number=Sum("refused"))["number"] or 0


def _has_grown(answer: NeedAnswer) -> bool:
    if answer.need == "refused":
        since = answer.organization.daily_use.filter(day__gte=answer.answered_at.date())
        return _refused(since) > answer.refused
    return _newer(answer).exists()


def _newer(answer: NeedAnswer) -> QuerySet[Any]:
    """What of the need was not there, or not of it, when the answer was given."""
    days = unused_days_of(answer.organization) if answer.need == "unused" else None
    asked = Asked.of(answer.organization, days)
    if answer.need == LEAKED:
        return leaks(asked).filter(created_at__gt=answer.answered_at)
    if answer.need == ENDING:
        return ending_robots(asked).filter(expires_at__gt=answer.answered_at + EXPIRING_SOON)
    if answer.need == IDLE_ROBOTS:
        return idle_robots(asked).filter(_announced_since(answer))
    return NEEDS[answer.need].tokens(asked).filter(NEWER[answer.need](answer, days or 0))


def _announced_since(answer: NeedAnswer) -> Q:
    """What a policy announced later ends later than that."""
    return Q(disables_at__gt=answer.answered_at + timedelta(days=max(ANNOUNCED_DAYS)))


NEWER: dict[str, Callable[[NeedAnswer, int], Q]] = {
    "expiring": lambda answer, _: (
        Q(sorted_end__gt=answer.answered_at + EXPIRING_SOON) | Q(created_at__gt=answer.answered_at)
    ),
    "unused": lambda answer, days: Q(
        idle_since__gte=answer.answered_at.date() - timedelta(days=days)
    ),
    "endless": lambda answer, _: Q(created_at__gt=answer.answered_at),
    "blocked": lambda answer, _: Q(blocked_at__gt=answer.answered_at),
    "idle": lambda answer, _: _announced_since(answer),
}
