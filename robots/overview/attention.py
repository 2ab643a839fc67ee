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

from console.audit.recording import chain_of
from console.databases.statements import Parameter, Statement
from console.models import Event, Organization, Project
from console.paging import CappedCount, Order
from robots.base.periods import EXPIRING_SOON, NEVER_ENDS
from robots.models import Robot, Token, TokenPolicy
from robots.models.tokens import TokenQuerySet
from robots.tokens.services.leaks import TOKEN_LEAKED

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which organization is asked, and at which moments: values, or a statement's parameters."""

    organization: Any
    now: Any
    soon: Any
    lately: Any
    idle_before: Any
    chain: Any
    month_ago: Any

    @classmethod
    def of(cls, organization: Organization, days: int | None) -> "Asked":
        """Now. Without `days`, no token is unused."""
        now: datetime = timezone.now()
        idle_before = now.date() - timedelta(days=days) if days else date.min
        return cls(
            organization.pk,
            now,
            now + EXPIRING_SOON,
            (now - WEEK).date(),
            idle_before,
            chain_of(organization),
            now - MONTH,
        )


PARAMETERS = Asked(
    Parameter("organization"),
    Parameter("now", DateTimeField()),
    Parameter("soon", DateTimeField()),
    Parameter("lately", DateField()),
    Parameter("idle_before", DateField()),
    Parameter("chain"),
    Parameter("month_ago", DateTimeField()),
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
    # What the list of all tokens shows them by; without it they have a list of their own, with reasons.
    query: str = ""

    def tokens(self, asked: Asked) -> TokenQuerySet:
        living = Token.objects.living().filter(organization=asked.organization)
        return living.filter(self.narrow(asked))


def _announced() -> Q:
    """What a policy disables unless it is used."""
    return Q(disables_at__isnull=False)


def _ending(asked: Asked) -> Q:
    """Robots, by their own end."""
    return Q(expires_at__gt=asked.now, expires_at__lte=asked.soon)


NEEDS = {
    need.key: need
    for need in (
        Need(
            "expiring",
            "Expiring",
            "tokens in 14 days",
            "warning",
            Order("sorted_end"),
            lambda asked: Q(sorted_end__gt=asked.now, sorted_end__lte=asked.soon),
            query="?expiring=14&sort=expires",
        ),
        Need(
            "unused",
            "Unused",
            "tokens for {} days",
            "",
            Order("idle_since"),
            lambda asked: Q(idle_since__lt=asked.idle_before),
            query="?unused={}&sort=used",
        ),
        Need(
            "refused",
            "Refused",
            "tokens in 7 days",
            "danger",
            Order("refused_on", descending=True),
            lambda asked: Q(refused_on__gte=asked.lately),
        ),
        Need(
            "endless",
            "Never expiring",
            "tokens",
            "",
            Order("id"),
            lambda asked: Q(sorted_end=NEVER_ENDS),
            query="?expiring=never",
        ),
        Need(
            "blocked",
            "Blocked",
            "tokens, by the token policy",
            "danger",
            Order("blocked_at", descending=True),
            lambda asked: Q(blocked_at__isnull=False),
            always=False,
        ),
        Need(
            "idle",
            "Disabled soon",
            "unused tokens, by the token policy",
            "warning",
            Order("disables_at"),
            lambda asked: _announced(),
            always=False,
        ),
    )
}


class Counts(NamedTuple):
    """How many tokens each need has, by its key; how many robots end with all their tokens, and how many
    tokens ended because they leaked.
    """

    expiring: int
    unused: int
    refused: int
    endless: int
    blocked: int
    idle: int
    idle_robots: int
    ending_robots: int
    leaked: int


def leaks(asked: Asked) -> QuerySet[Event]:
    """The tokens themselves are in no list any more."""
    return Event.objects.filter(
        chain=asked.chain, action=TOKEN_LEAKED, created_at__gte=asked.month_ago
    )


def ending_robots(asked: Asked) -> QuerySet[Robot]:
    """Robots that end soon, and all their tokens with them."""
    return _working_robots(asked).filter(_ending(asked))


def idle_robots(asked: Asked) -> QuerySet[Robot]:
    """Robots that a policy disables soon unless they are used."""
    return _working_robots(asked).filter(_announced())


def _working_robots(asked: Asked) -> QuerySet[Robot]:
    return Robot.objects.living().filter(organization=asked.organization, disabled_at=None)


def _counts() -> QuerySet[Any]:
    return Organization.objects.filter(pk=PARAMETERS.organization).annotate(
        **{key: CappedCount(need.tokens(PARAMETERS)) for key, need in NEEDS.items()},
        idle_robots=CappedCount(idle_robots(PARAMETERS)),
        ending_robots=CappedCount(ending_robots(PARAMETERS)),
        leaked=CappedCount(leaks(PARAMETERS)),
    )


_counted = Statement(Counts, _counts)


def counts(organization: Organization, days: int | None) -> dict[str, int]:
    """How many there are of each, by name; beyond 10,000 it says so and no more."""
    (found,) = _counted.ask(**asdict(Asked.of(organization, days)))
    return found._asdict()


def counts_in(project: Project, days: int | None) -> dict[str, int]:
    """The same of one project's own robot accounts: tokens alone."""
    asked = Asked.of(project.organization, days)
    counted = {
        key: CappedCount(need.tokens(asked).filter(in_project(project)))
        for key, need in NEEDS.items()
    }
    row: Any = Project.objects.filter(pk=project.pk).values(**counted).get()
    return dict(row)


def in_project(project: Project) -> Q:
    """Tokens of the project's own robot accounts."""
    return Q(robot__project=project.pk, robot__deleted_at=None)


def unused_days_of(organization: Organization) -> int | None:
    """After how many days the organization has its unused tokens pointed out."""
    return TokenPolicy.objects.governing(organization.pk, None).unused_days
