"""The month of use of the demonstration: written directly, as nobody has logged in."""

import random
from datetime import date, datetime, timedelta

from django.db.models import F, Q, Sum
from django.utils import timezone

from console.models import Organization, Project
from robots.base.states import Refusal
from robots.models import DailyOutcome, DailyUse, Robot, Secret, Token, TokenAddress, Usage
from robots.models.usage import ACCEPTED

DAYS = 30
ADDRESSES = ("10.20.4.17", "10.20.8.2", "10.20.4.31", "10.20.9.9")
AGENTS = ("docker/28.2.2", "skopeo/1.9.3", "containerd/2.1.0")
REPOSITORIES = ("payments/api", "platform/base", "docs/site")
# Robots that nobody has needed for long, and since how many days.
FORGOTTEN = {"legacy-jenkins": 130}


def use(token: Token, chance: random.Random) -> None:
    """Thirty days of use, and from where."""
    idle = FORGOTTEN.get(token.of_robot.name)
    if idle is None:
        Usage.objects.bulk_create(_days(token, chance))
        ago = timedelta(minutes=chance.choice((0, 3, 41, 540, 60 * 24 * 3)))
    else:
        ago = timedelta(days=idle)
    _note(token, timezone.now() - ago, chance)


def _days(token: Token, chance: random.Random) -> list[Usage]:
    today, busy = timezone.now().date(), chance.randint(20, 400)
    rows = []
    for back in range(DAYS):
        day = today - timedelta(days=back)
        count = int(busy * chance.uniform(0.4, 1.2) * (0.3 if day.weekday() > 4 else 1))
        rows.append(_row(token, day, ACCEPTED, count))
        if chance.random() < 0.15:
            rows.append(_row(token, day, _reason(token), chance.randint(1, 20)))
            if back < 7:
                Token.objects.filter(pk=token.pk, refused_on=None).update(refused_on=day)
    return rows


def _reason(token: Token) -> Refusal:
    return Refusal.CONDITIONS if token.by_trust else Refusal.WRONG_SECRET


def _row(token: Token, day: date, outcome: str, count: int) -> Usage:
    return Usage(token=token, day=day, verifier="registry", outcome=outcome, count=count)


def _note(token: Token, used: datetime, chance: random.Random) -> None:
    addresses = chance.sample(ADDRESSES, 2)
    Token.objects.filter(pk=token.pk).update(
        last_used_at=used,
        idle_since=used.date(),
        last_used_address=addresses[0],
        last_used_agent=chance.choice(AGENTS),
        last_used_verifier="registry",
        last_used_repository=f"{token.of_robot.organization}/{chance.choice(REPOSITORIES)}",
    )
    Robot.objects.filter(tokens=token, last_used_at__lt=used).update(last_used_at=used)
    Secret.objects.filter(token=token).update(
        first_used_at=used - timedelta(days=DAYS), last_used_at=used, last_used_address=addresses[0]
    )
    for address, days in zip(addresses, (DAYS, 2), strict=True):
        since, count = used - timedelta(days=days), chance.randint(5, 4000)
        seen = {"first_seen_at": since, "last_seen_at": used, "count": count}
        TokenAddress.objects.create(token=token, address=address, **seen)


def date_back(robot: Robot, chance: random.Random) -> None:
    """The month of use needs robots and tokens that are older than it; the audit log stays as it is."""
    days = max(chance.randint(31, 300), FORGOTTEN.get(robot.name, 0) + DAYS)
    made = timezone.now() - timedelta(days=days)
    Robot.objects.filter(pk=robot.pk).update(created_at=made)
    robot.tokens.update(created_at=made)
    Secret.objects.filter(token__robot=robot).update(created_at=made, handed_over_at=made)
    Project.objects.filter(organization=robot.organization, created_at__gt=made).update(
        created_at=made - timedelta(days=1)
    )


def add_up(organization: Organization) -> None:
    """The organization's days, from those of its tokens."""
    usage = Usage.objects.filter(token__organization=organization).order_by().values("day")
    days = usage.annotate(
        accepted=Sum("count", filter=Q(outcome=ACCEPTED), default=0),
        refused=Sum("count", filter=~Q(outcome=ACCEPTED), default=0),
    ).values_list("day", F("accepted"), F("refused"))
    DailyUse.objects.bulk_create(
        DailyUse(organization=organization, day=day, accepted=accepted, refused=refused)
        for day, accepted, refused in days
    )
    by_outcome = usage.values("day", "verifier", "outcome").annotate(number=Sum("count"))
    DailyOutcome.objects.bulk_create(
        DailyOutcome(
            organization=organization,
            day=row["day"],
            verifier=row["verifier"],
            outcome=row["outcome"],
            count=row["number"],
        )
        for row in by_outcome
    )
