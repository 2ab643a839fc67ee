"""Which tokens of an organization want a look, and why: for the overview's figures and their lists.

Each question is answered by an index that holds only what it is about, so that an organization with a
million tokens costs what is counted: at most 10,000. All figures are one statement.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import DateField, DateTimeField, Q, QuerySet
from django.utils import timezone

from console.databases.statements import Parameter, Statement
from console.models import Organization
from console.paging import CappedCount, Order
from robots.base.periods import EXPIRING_SOON
from robots.models import Robot, Token, TokenPolicy
from robots.models.tokens import TokenQuerySet

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which organization is asked, and at which moments: values, or a statement's parameters."""

    organization: Any
    now: Any
    soon: Any
    lately: Any
    idle_before: Any

    @classmethod
    def of(cls, organization: Organization, days: int | None) -> "Asked":
        """Now. Without `days`, no token is unused."""
        now: datetime = timezone.now()
        idle_before = now.date() - timedelta(days=days) if days else date.min
        return cls(organization.pk, now, now + EXPIRING_SOON, (now - WEEK).date(), idle_before)


PARAMETERS = Asked(
    Parameter("organization"),
    Parameter("now", DateTimeField()),
    Parameter("soon", DateTimeField()),
    Parameter("lately", DateField()),
    Parameter("idle_before", DateField()),
)


@dataclass(frozen=True, slots=True)
class Need:
    """One reason to look at tokens."""

    key: str
    label: str
    note: str
    tone: str
    order: Order
    narrow: Callable[[Asked], Q]
    always: bool = True

    def tokens(self, asked: Asked) -> TokenQuerySet:
        living = Token.objects.living().filter(organization=asked.organization)
        return living.filter(self.narrow(asked))


def _expiring(asked: Asked) -> Q:
    return Q(expires_at__gt=asked.now, expires_at__lte=asked.soon)


def _endless(asked: Asked) -> Q:
    here = Robot.objects.living().filter(organization=asked.organization)
    return Q(expires_at=None) & ~Q(robot__in=here.filter(expires_at__isnull=False))


NEEDS = {
    need.key: need
    for need in (
        Need(
            "expiring", "Expiring", "tokens in 14 days", "warning", Order("expires_at"), _expiring
        ),
        Need(
            "unused",
            "Unused",
            "tokens for {} days",
            "",
            Order("idle_since"),
            lambda asked: Q(idle_since__lt=asked.idle_before),
        ),
        Need(
            "refused",
            "Refused",
            "tokens in 7 days",
            "danger",
            Order("refused_on", descending=True),
            lambda asked: Q(refused_on__gte=asked.lately),
        ),
        Need("endless", "Never expiring", "tokens", "", Order("id"), _endless),
        Need(
            "blocked",
            "Blocked",
            "tokens, by the token policy",
            "danger",
            Order("blocked_at", descending=True),
            lambda asked: Q(blocked_at__isnull=False),
            always=False,
        ),
    )
}


class Counts(NamedTuple):
    """How many tokens each need has, by its key, and how many robots end with all their tokens."""

    expiring: int
    unused: int
    refused: int
    endless: int
    blocked: int
    ending_robots: int


def _counts() -> QuerySet[Any]:
    robots = Robot.objects.living().filter(organization=PARAMETERS.organization, disabled_at=None)
    return Organization.objects.filter(pk=PARAMETERS.organization).annotate(
        **{key: CappedCount(need.tokens(PARAMETERS)) for key, need in NEEDS.items()},
        ending_robots=CappedCount(robots.filter(_expiring(PARAMETERS))),
    )


_counted = Statement(Counts, _counts)


def counts(organization: Organization, days: int | None) -> dict[str, int]:
    """How many there are of each, by name; beyond 10,000 it says so and no more."""
    (found,) = _counted.ask(**asdict(Asked.of(organization, days)))
    return found._asdict()


def unused_days_of(organization: Organization) -> int | None:
    """After how many days the organization has its unused tokens pointed out."""
    return TokenPolicy.objects.governing(organization.pk, None).unused_days
