"""Notices before a token ends: 60, 30, 14, 7 and 1 day before, and when it has ended, to somebody who can do
something about it.

A job tells them. What was told is written down in the same transaction, under the organization's lock, so
that two schedulers at once tell nothing twice. After days without the job only the nearest notice goes out.
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

from django.db.models import Case, DateTimeField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from console import moments
from console.audit.recording import OrganizationDeleted, changing
from console.jobs.running import heartbeat
from console.mail import outbox
from console.models import Organization
from console.notices.kinds import TOKEN_ENDED, TOKEN_ENDING, Kind
from console.notices.telling import News, tell_each
from robots.jobs.letters import Ending, ending_letter
from robots.models import NoticeSent, Robot, Token
from robots.models.tokens import TokenQuerySet
from robots.queries.recipients import Known, Why, recipients_of
from teams.models import User

NOTICES = (1, 7, 14, 30, 60)  # days before the end
# Of what ended before that, nobody is told any more.
ENDED_WITHIN = timedelta(days=3)
CHUNK = 2000
NAMED = ("robot__organization", "user")


def send_notices() -> int:
    """Tell what is due; say in how many letters. The job."""
    organizations = Organization.objects.order_by("pk").iterator()
    return sum(map(_notify, organizations)) + _notify(None)


def _notify(organization: Organization | None) -> int:
    """Find without a lock, then look again at what was found, some at a time, under it.

    `None` is about people's own tokens.
    """
    found, told = list(_due(organization).values_list("pk", flat=True)), 0
    for start in range(0, len(found), CHUNK):
        heartbeat()
        with suppress(OrganizationDeleted), changing(organization):
            some = _due(organization).filter(pk__in=found[start : start + CHUNK])
            told += _tell(organization, list(map(_ending, some.select_related(*NAMED))))
    return told


def _due(organization: Organization | None) -> TokenQuerySet:
    """Tokens in force that end within the longest time or have just ended, without the notice that is the
    nearest now.

    A notice whose time had passed when the end was chosen is left out: whoever chose a week knows. That a
    token has ended is told where the last notice before was.
    """
    now = timezone.now()
    # The earlier of both ends; one that is not set is the other one.
    own, robots_own = "expires_at", "robot__expires_at"
    end = Least(Coalesce(own, robots_own), Coalesce(robots_own, own), output_field=DateTimeField())
    sent = NoticeSent.objects.filter(
        token=OuterRef("pk"), ends_at=OuterRef("end"), days=OuterRef("nearest")
    )
    found = (
        _in_force(organization, now)
        .annotate(end=end)
        .filter(end__gt=now - ENDED_WITHIN)
        .annotate(nearest=_nearest(now))
    )
    ahead = ((days, timedelta(days=days or min(NOTICES))) for days in (0, *NOTICES))
    begins = Case(*(When(nearest=days, then=F("end") - before) for days, before in ahead))
    chosen = Coalesce("renewed_at", "created_at")
    return found.filter(~Exists(sent)).alias(begins=begins).filter(begins__gt=chosen).order_by("pk")


def _in_force(organization: Organization | None, now: datetime) -> TokenQuerySet:
    """Tokens in force of which the token's or the robot's end comes within the longest time, or just came."""
    latest = now + timedelta(days=max(NOTICES))
    soon = {"expires_at__gt": now - ENDED_WITHIN, "expires_at__lte": latest}
    robots = Robot.objects.living().filter(organization=organization, **soon)
    return Token.objects.living().filter(
        Q(**soon) | Q(robot__in=robots),
        Q(user=None) | Q(user__is_active=True),
        organization=organization,
        disabled_at=None,
        blocked_at=None,
        robot__disabled_at=None,
    )


def _nearest(now: datetime) -> Case:
    ahead = ((now + timedelta(days=days), days) for days in (0, *NOTICES))
    whens = (When(end__lte=latest, then=Value(days)) for latest, days in ahead)
    return Case(*whens, output_field=IntegerField())


class _Noticed(Protocol):
    """What `_due` adds to a token."""

    end: datetime
    nearest: int


def _ending(token: Token) -> Ending:
    noticed = cast("_Noticed", token)
    return Ending(token, noticed.end, noticed.nearest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _EndingNews(News):
    """News of an ending, with what its letter says."""

    ending: Ending


def _tell(organization: Organization | None, endings: list[Ending]) -> int:
    """Tell of each, and put one letter out for each recipient with all that they are told now."""
    known = Known.of(organization, [it.token for it in endings]) if organization else None
    told: dict[tuple[Kind, Why], list[_EndingNews]] = defaultdict(list)
    rows = []
    for ending in endings:
        why, people = known.recipients(ending.token) if known else recipients_of(ending.token)
        told[TOKEN_ENDING if ending.days else TOKEN_ENDED, why].append(_news(ending, people))
        rows.append(_as_sent(ending, people))
    NoticeSent.objects.bulk_create(rows)
    return sum(_send(kind, why, organization, news) for (kind, why), news in told.items())


def _send(kind: Kind, why: Why, organization: Organization | None, news: list[_EndingNews]) -> int:
    letters = tell_each(kind, organization, news)
    for person, own in letters.items():
        endings = [each.ending for each in own]
        outbox.put(ending_letter(person.email, organization, why, endings))
    return len(letters)


def _news(ending: Ending, people: list[User]) -> _EndingNews:
    token, ends_at = ending.token, ending.ends_at
    verb = "ends on" if ending.days else "ended on"
    return _EndingNews(
        token,
        f"The token {token} {verb} {moments.absolute(ends_at)}",
        token.get_absolute_url(),
        people,
        {"ends_at": ends_at, "days": ending.days},
        ending=ending,
    )


def _as_sent(ending: Ending, people: list[User]) -> NoticeSent:
    return NoticeSent(
        token=ending.token,
        ends_at=ending.ends_at,
        days=ending.days,
        recipients=", ".join(person.email for person in people),
    )
