"""What of robots, tokens and their use goes after its time."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from console.jobs.purges import batches, delete
from console.models import ServiceSecret
from robots.models import (
    ArtifactUse,
    CountedEvent,
    DailyOutcome,
    DailyUse,
    Handover,
    NoticeSent,
    OutsideUse,
    PermissionUse,
    RevokedAccessToken,
    Robot,
    Secret,
    Token,
    TokenAddress,
    Trust,
    Usage,
    UsedAssertion,
)

# As long as a late login with a deleted token is to be recognized (contracts: Tokens).
DELETED_KEPT = timedelta(days=90)
ENDED_KEPT = timedelta(days=90)
NOTICES_KEPT = timedelta(days=90)
ARTIFACT_USES_KEPT = timedelta(days=90)
# A registry sends an event again within seconds, and much later only if it stood still in between.
COUNTED_KEPT = timedelta(days=2)
DAYS_KEPT, MONTHS_KEPT = timedelta(days=90), timedelta(days=400)

# token, month, verifier, outcome
Month = tuple[int, date, str, str]


def forget_deleted() -> int:
    """Tokens and robots that were deleted long ago, with what hangs on them."""
    before = timezone.now() - DELETED_KEPT
    tokens = Token.objects.filter(revoked_at__lt=before)
    robots = Robot.objects.filter(deleted_at__lt=before, tokens=None)
    return delete(tokens, _forget_about, _forget_secrets) + delete(robots)


def forget_secrets() -> int:
    """Secrets that ended long ago, and links to them or to nothing: a late try is unknown from then on.

    Revoked access tokens go when they would have expired, and so do tokens of other issuers that were used.
    """
    before = timezone.now() - ENDED_KEPT
    for marked in (RevokedAccessToken, UsedAssertion):
        delete(marked.objects.filter(expires_at__lt=timezone.now()))
    delete(ServiceSecret.objects.filter(ends_at__lt=before))
    of_ended = Q(secret=None) | Q(secret__ends_at__lt=before)
    links = delete(Handover.objects.filter(of_ended, ends_at__lt=before))
    return links + delete(Secret.objects.filter(ends_at__lt=before))


def forget_notices() -> int:
    """Which notices went out about ends that are long past."""
    return delete(NoticeSent.objects.filter(ends_at__lt=timezone.now() - NOTICES_KEPT))


def forget_registry_events() -> int:
    """What robots and people did in registries long ago, and which events were counted some days ago."""
    counted = CountedEvent.objects.filter(counted_at__lt=timezone.now() - COUNTED_KEPT)
    over = timezone.now().date() - ARTIFACT_USES_KEPT
    return delete(counted) + delete(ArtifactUse.objects.filter(day__lt=over))


def _forget_about(tokens: list[Any]) -> None:
    for about in (Usage, TokenAddress, OutsideUse, NoticeSent, Trust):
        delete(about.objects.filter(token__in=tokens))


def _forget_secrets(tokens: list[Any]) -> None:
    delete(Secret.objects.filter(token__in=tokens))


def roll_up_usage() -> int:
    """Sum up days that are long ago: a whole month becomes the row of its first day, and that goes
    400 days after it. A use of a permission goes 400 days after the last one.
    """
    today = timezone.now().date()
    old_days = Usage.objects.filter(day__lt=_month(today - DAYS_KEPT), day__day__gt=1)
    number = sum(_sum_up(keys) for keys in batches(old_days))
    over = _month(today - MONTHS_KEPT)
    number += delete(DailyUse.objects.filter(day__lt=over))
    number += delete(OutsideUse.objects.filter(last_seen_at__lt=timezone.now() - DAYS_KEPT))
    number += delete(DailyOutcome.objects.filter(day__lt=_month(today - DAYS_KEPT)))
    number += delete(PermissionUse.objects.filter(last_used_on__lt=today - MONTHS_KEPT))
    return number + delete(Usage.objects.filter(day__lt=over))


def _month(day: date) -> date:
    return day.replace(day=1)


def _sum_up(keys: list[Any]) -> int:
    with transaction.atomic():
        days = Usage.objects.filter(pk__in=keys).select_for_update()
        months: Counter[Month] = Counter()
        for row in days:
            months[row.token_id, _month(row.day), row.verifier, row.outcome] += row.count
        for month, count in sorted(months.items()):
            _add(month, count)
        days.delete()
    return len(keys)


def _add(month: Month, count: int) -> None:
    token, day, verifier, outcome = month
    row = {"token_id": token, "day": day, "verifier": verifier, "outcome": outcome}
    if not Usage.objects.filter(**row).update(count=F("count") + count):
        Usage.objects.create(**row, count=count)
