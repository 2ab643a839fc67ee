"""What was said about a need, and whether it still holds: until something new comes, and a month at most."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from console.models import Organization, Project
from robots.base.periods import EXPIRING_SOON
from robots.models import NeedAnswer, Usage
from robots.models.usage import ACCEPTED
from robots.overview.attention import (
    NEEDS,
    Asked,
    counts,
    counts_in,
    ending_robots,
    idle_robots,
    in_project,
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


@dataclass(frozen=True, slots=True)
class NeedsOf:
    """Whose needs: a whole organization's, or those of one project's own robot accounts."""

    organization: Organization
    project: Project | None = None

    @property
    def place(self) -> Organization | Project:
        return self.project or self.organization

    @property
    def names(self) -> Collection[str]:
        """What is pointed out there; of a project tokens alone."""
        return NEEDS if self.project else CALLED

    @property
    def answers(self) -> QuerySet[NeedAnswer]:
        """What was said about them, also what holds no more."""
        return NeedAnswer.objects.filter(organization=self.organization, project=self.project)

    @property
    def url(self) -> str:
        """The page that points them out."""
        return reverse(f"robots:{self._prefix}overview", args=self._where)

    def answer_url(self, need: str) -> str:
        """Where something is said about one."""
        return reverse(f"robots:{self._prefix}need-answer", args=[*self._where, need])

    def reopen_url(self, need: str) -> str:
        """Where that is taken back."""
        return reverse(f"robots:{self._prefix}need-reopen", args=[*self._where, need])

    @property
    def _prefix(self) -> str:
        return "project-" if self.project else ""

    @property
    def _where(self) -> list[str]:
        project = [self.project.slug] if self.project else []
        return [self.organization.slug, *project]


def answers_of(needs: NeedsOf) -> dict[str, NeedAnswer]:
    """By need, those that still hold in time; whether something new came is another question."""
    lasting = needs.answers.filter(Q(until=None) | Q(until__gt=timezone.now()))
    for answer in lasting:
        answer.organization, answer.project = needs.organization, needs.project
    return {answer.need: answer for answer in lasting}


def numbers(needs: NeedsOf) -> dict[str, int]:
    """How many there are of each, by need."""
    days = unused_days_of(needs.organization)
    if needs.project:
        return counts_in(needs.project, days)
    number = counts(needs.organization, days)
    return number | {ENDING: number["ending_robots"]}


def holds(answer: NeedAnswer, number: int) -> bool:
    """Whether nothing has come since it was given; what is muted stays so."""
    return answer.is_muted or (number <= answer.count and not _has_grown(answer))


def refused_since(needs: NeedsOf, day: date) -> int:
    """How many requests were refused from that day on."""
    if needs.project:
        days = Usage.objects.filter(token__robot__project=needs.project, day__gte=day)
        refused = days.exclude(outcome=ACCEPTED).aggregate(number=Sum("count"))
    else:
        days_of_all = needs.organization.daily_use.filter(day__gte=day)
        refused = days_of_all.aggregate(number=Sum("refused"))
    return refused["number"] or 0


def _has_grown(answer: NeedAnswer) -> bool:
    if answer.need == "refused":
        needs = NeedsOf(answer.organization, answer.project)
        return refused_since(needs, answer.answered_at.date()) > answer.refused
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
    tokens = NEEDS[answer.need].tokens(asked).filter(NEWER[answer.need](answer, days or 0))
    return tokens.filter(in_project(answer.project)) if answer.project else tokens


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
