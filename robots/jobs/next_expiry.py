"""Moving on what a robot's row says of its next end, once that is over: the list is sorted by it.

Between two runs the row names an end that is past, never one too late: whoever looks for what ends soon
asks the tokens of such robots.
"""

from contextlib import suppress
from datetime import datetime

from django.db.models import F, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from console.audit.recording import OrganizationDeleted, changing
from console.jobs.purges import batches
from console.models import Organization
from robots.base.periods import NEVER_ENDS
from robots.models import Robot, Token
from robots.models.robots import RobotQuerySet


def move_on() -> int:
    """Write the next end anew where it is over; say how many there were. The job."""
    return sum(map(_move_on, Organization.objects.order_by("pk").iterator()))


def _move_on(organization: Organization) -> int:
    """Find without a lock, then look again at what was found, some at a time, under it."""
    now, number = timezone.now(), 0
    for keys in batches(_behind(organization, now)):
        with suppress(OrganizationDeleted), changing(organization):
            number += (
                _behind(organization, now).filter(pk__in=keys).update(next_expiry_at=_next(now))
            )
    return number


def _behind(organization: Organization, now: datetime) -> RobotQuerySet:
    """Robots whose row names a token's end that is over. Their own stays: nothing comes after it."""
    is_tokens = Q(expires_at=None) | Q(expires_at__gt=F("next_expiry_at"))
    living = Robot.objects.living().filter(organization=organization)
    return living.filter(is_tokens, next_expiry_at__lte=now)


def _next(now: datetime) -> Least:
    """What `keep_next_expiry` writes, for many rows at once."""
    of_robot = Token.objects.living().filter(robot=OuterRef("pk"), expires_at__gt=now)
    first = of_robot.order_by().values("robot").annotate(end=Min("expires_at")).values("end")
    never = Value(NEVER_ENDS)
    return Least(Coalesce("expires_at", never), Coalesce(Subquery(first), never))
