"""Disabling what is unused for as long as a policy says: told 14 and 3 days before, and never early.

When something is disabled, and what was told of it, is written down on its row under the organization's lock:
nothing is told twice, and the day that was told holds, also when the policy or the job's own pace changes.
"""

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from console import moments
from console.audit.recording import ROSTER, Chain, OrganizationDeleted, changing, record
from console.jobs.running import heartbeat
from console.models import Organization
from console.notices.kinds import UNUSED_ANNOUNCED, UNUSED_DISABLED, Kind
from console.notices.letters import tell_by_letter
from console.notices.telling import News
from robots.models import Robot, Token
from robots.policies.rules import limits_of, rules_of
from robots.policies.unused import ANNOUNCED_DAYS, Idle, idle_things
from robots.queries.recipients import recipients_of, responsible_for

LAST, FIRST = (timedelta(days=days) for days in ANNOUNCED_DAYS)
# How much is told or disabled under one lock.
CHUNK = 500


class Act(StrEnum):
    """What is due for something that is unused."""

    ANNOUNCE = "announce"
    REPEAT = "repeat"
    DISABLE = "disable"


def disable_unused() -> int:
    """Tell what is due and disable what has been told; say how many that were. The job."""
    return sum(map(_attend, Organization.objects.order_by("pk").iterator()))


def _attend(organization: Organization) -> int:
    """Some at a time, each time from what is so then, until nothing is due."""
    number = 0
    with suppress(OrganizationDeleted):
        while _is_concerned(organization):
            heartbeat()
            with changing(organization) as chain:
                done = _attend_some(chain, organization, timezone.now())
            number += done[Act.DISABLE]
            if done.total() < CHUNK:
                break
    return number


def _attend_some(chain: Chain, organization: Organization, now: datetime) -> Counter[Act]:
    idle = list(idle_things(organization, rules_of(limits_of(organization)), now))
    _forget_others(organization, idle)
    due = [(act, it) for it in idle if (act := _due(it, now))][:CHUNK]
    news: dict[Kind, list[News]] = defaultdict(list)
    for act, it in due:
        if act == Act.DISABLE:
            _disable(chain, it, now)
            news[UNUSED_DISABLED].append(_news(organization, it))
        else:
            _announce(it, act, now)
            news[UNUSED_ANNOUNCED].append(_news(organization, it))
    for kind, told in news.items():
        tell_by_letter(kind, organization, *told)
    return Counter(act for act, _ in due)


def _due(idle: Idle, now: datetime) -> Act | None:
    thing = idle.thing
    if thing.disables_at is None or _is_later(idle):
        return Act.ANNOUNCE
    if thing.told_days != LAST.days and thing.disables_at - now <= LAST:
        return Act.REPEAT
    return Act.DISABLE if thing.disables_at <= now else None


def _is_concerned(organization: Organization) -> bool:
    """Whether there is something to do or to take back, asked without a lock."""
    rules = rules_of(limits_of(organization))
    is_idle = any(True for _ in idle_things(organization, rules, timezone.now()))
    return is_idle or any(rows.exists() for rows in _announced(organization))


def _announced(organization: Organization) -> tuple[Any, Any]:
    return (
        Token.objects.filter(organization=organization, revoked_at=None, disables_at__isnull=False),
        Robot.objects.living().filter(organization=organization, disables_at__isnull=False),
    )


def _forget_others(organization: Organization, idle: list[Idle]) -> None:
    """What was announced and is used, disabled or spared now: announced anew if it comes to that."""
    keys = {(type(it.thing), it.thing.pk) for it in idle if not _is_later(it)}
    for rows in _announced(organization):
        spared = [pk for pk in rows.values_list("pk", flat=True) if (rows.model, pk) not in keys]
        rows.filter(pk__in=spared).update(disables_at=None, told_days=None)


def _is_later(idle: Idle) -> bool:
    """Whether it was used or enabled since it was announced, or has more time by another policy."""
    return idle.thing.disables_at is not None and idle.due_at > idle.thing.disables_at


def _announce(idle: Idle, act: Act, now: datetime) -> None:
    """Once more what was announced, of which the day may be too near by now."""
    thing, is_first = idle.thing, act == Act.ANNOUNCE
    planned = idle.due_at if is_first or thing.disables_at is None else thing.disables_at
    before = FIRST if is_first else LAST
    thing.disables_at, thing.told_days = max(planned, now + before), before.days
    thing.save(update_fields=["disables_at", "told_days"])


def _disable(chain: Chain, idle: Idle, now: datetime) -> None:
    thing = idle.thing
    thing.save(update_fields=thing.switched(disabled=True, now=now))
    record(
        chain,
        actor=ROSTER,
        action="robot:disabled" if isinstance(thing, Robot) else "token:disabled",
        target=thing,
        before={"state": "enabled"},
        after={"state": "disabled", "reason": f"by policy: unused for {idle.days} days"},
    )


def _news(organization: Organization, idle: Idle) -> News:
    thing, end = idle.thing, idle.thing.disables_at
    if isinstance(thing, Robot):
        called, people = f"The robot account {thing.path}", responsible_for(organization, thing)
    else:
        called, people = f"The token {thing}", recipients_of(thing)[1]
    if end:
        title = f"{called} is disabled on {moments.absolute(end)} unless it is used"
    else:
        title = f"{called} was disabled by policy: unused for {idle.days} days"
    data = {"disables_at": end, "days": idle.days} if end else {"days": idle.days}
    return News(thing, title, thing.get_absolute_url(), people, data)
