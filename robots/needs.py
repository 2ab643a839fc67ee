"""Which tokens of an organization want a look, and why: for the overview's figures and their lists.

Each question is answered by an index that holds only what it is about, so that an organization with a
million tokens costs what is counted: at most 10,000.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from console.models import Organization
from console.paging import Order, capped_count
from robots.models import Robot, Token, TokenPolicy
from robots.models.tokens import TokenQuerySet, unused_for

SOON = timedelta(days=14)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Need:
    """One reason to look at tokens. `days` is the policy's number for tokens that are unused."""

    key: str
    label: str
    note: str
    tone: str
    order: Order
    narrow: Callable[[Organization, int | None], Q]
    always: bool = True

    def tokens(self, organization: Organization, days: int | None) -> TokenQuerySet:
        living = Token.objects.living().filter(organization=organization)
        return living.filter(self.narrow(organization, days))

    def count(self, organization: Organization, days: int | None) -> int:
        """How many there are; beyond 10,000 it says so and no more."""
        return capped_count(self.tokens(organization, days))


def _expiring(organization: Organization, days: int | None) -> Q:
    now = timezone.now()
    return Q(expires_at__gt=now, expires_at__lte=now + SOON)


def _refused(organization: Organization, days: int | None) -> Q:
    return Q(refused_on__gte=(timezone.now() - WEEK).date())


def _endless(organization: Organization, days: int | None) -> Q:
    ending = Robot.objects.living().filter(organization=organization, expires_at__isnull=False)
    return Q(expires_at=None) & ~Q(robot__in=ending)


NEEDS = {
    need.key: need
    for need in (
        Need("expiring", "Expiring", "tokens in 14 days", "warning", Order("expires_at"), _expiring),
        Need("unused", "Unused", "tokens for {} days", "", Order("idle_since"),
             lambda organization, days: unused_for(days)),
        Need("refused", "Refused", "tokens in 7 days", "danger",
             Order("refused_on", descending=True), _refused),
        Need("endless", "Never expiring", "tokens", "", Order("id"), _endless),
        Need("blocked", "Blocked", "tokens, by the token policy", "danger",
             Order("blocked_at", descending=True),
             lambda organization, days: Q(blocked_at__isnull=False), always=False),
    )
}  # fmt: skip


def unused_days_of(organization: Organization) -> int | None:
    """After how many days the organization has its unused tokens pointed out."""
    return TokenPolicy.objects.governing(organization.pk, None).unused_days


def expiring_robots(organization: Organization) -> int:
    """How many robot accounts end themselves within 14 days, and all their tokens with them."""
    now = timezone.now()
    living = Robot.objects.living().filter(organization=organization, disabled_at=None)
    return capped_count(living.filter(expires_at__gt=now, expires_at__lte=now + SOON))
