"""Letters before a token ends: 60, 30, 14, 7 and 1 day before, to somebody who can do something about it.

A job puts them into the outbox. What was sent is written down in the same transaction, under the
organization's lock, so that two schedulers at once send nothing twice. After days without the job only
the nearest notice goes out.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

from django.conf import settings
from django.db.models import Case, DateTimeField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from console.audit.recording import OrganizationDeleted, changing
from console.jobs.running import heartbeat
from console.mail import outbox
from console.models import Organization
from robots.jobs.letters import Ending, Why, ending_letter
from robots.models import NoticeSent, Robot, TeamRobot, Token
from robots.models.tokens import TokenQuerySet
from teams.models import Membership, TeamMember, User

NOTICES = (1, 7, 14, 30, 60)  # days before the end
CHUNK = 2000
NAMED = ("robot__organization", "user")


def send_notices() -> int:
    """Put the letters out that are due; say how many. The job."""
    if not settings.ROSTER_SENDS_MAIL:
        return 0
    organizations = Organization.objects.order_by("pk").iterator()
    return sum(map(_notify, organizations)) + _notify(None)


def _notify(organization: Organization | None) -> int:
    """Find without a lock, then look again at what was found, some at a time, under it.

    `None` is about people's own tokens.
    """
    found, sent = list(_due(organization).values_list("pk", flat=True)), 0
    for start in range(0, len(found), CHUNK):
        heartbeat()
        with suppress(OrganizationDeleted), changing(organization):
            some = _due(organization).filter(pk__in=found[start : start + CHUNK])
            sent += _put(organization, list(map(_ending, some.select_related(*NAMED))))
    return sent


def _due(organization: Organization | None) -> TokenQuerySet:
    """Tokens in force that end within the longest time, without the notice that is the nearest now.

    A notice whose time had passed when the end was chosen is left out: whoever chose a week knows.
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
        .filter(end__gt=now)
        .annotate(nearest=_nearest(now))
    )
    begins = Case(*(When(nearest=days, then=F("end") - timedelta(days=days)) for days in NOTICES))
    chosen = Coalesce("renewed_at", "created_at")
    return found.filter(~Exists(sent)).alias(begins=begins).filter(begins__gt=chosen).order_by("pk")


def _in_force(organization: Organization | None, now: datetime) -> TokenQuerySet:
    """Tokens in force of which the token's or the robot's end comes within the longest time."""
    soon = {"expires_at__gt": now, "expires_at__lte": now + timedelta(days=max(NOTICES))}
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
    ahead = ((now + timedelta(days=days), days) for days in NOTICES)
    whens = (When(end__lte=latest, then=Value(days)) for latest, days in ahead)
    return Case(*whens, output_field=IntegerField())


class _Noticed(Protocol):
    """What `_due` adds to a token."""

    end: datetime
    nearest: int


def _ending(token: Token) -> Ending:
    noticed = cast("_Noticed", token)
    return Ending(token, noticed.end, noticed.nearest)


def _put(organization: Organization | None, endings: list[Ending]) -> int:
    """One letter for each recipient, with all that they are to be told now."""
    known = _Known.of(organization, endings) if organization else None
    letters: dict[tuple[str, Why], list[Ending]] = defaultdict(list)
    rows = []
    for ending in endings:
        why, people = known.recipients(ending.token) if known else _person(ending.token)
        for email in people:
            letters[email, why].append(ending)
        rows.append(
            NoticeSent(
                token=ending.token,
                ends_at=ending.ends_at,
                days=ending.days,
                recipients=", ".join(people),
            )
        )
    NoticeSent.objects.bulk_create(rows)
    for (email, why), own in letters.items():
        outbox.put(ending_letter(email, organization, why, own))
    return len(letters)


def _person(token: Token) -> tuple[Why, list[str]]:
    """Of a person's own token that person alone is told."""
    return Why.OWN_TOKEN, [token.owner.actor_label]


@dataclass(frozen=True, slots=True)
class _Known:
    """Who there is to be told, asked once for many tokens."""

    creators: set[str]
    team_owners: dict[int, list[str]]
    owners: list[str]

    @classmethod
    def of(cls, organization: Organization, endings: list[Ending]) -> "_Known":
        people = User.objects.filter(is_active=True, memberships__organization=organization)
        makers = {ending.token.created_by for ending in endings}
        owners = Membership.objects.owners(organization.pk).order_by("user__email")
        return cls(
            set(people.filter(email__in=makers).values_list("email", flat=True)),
            _team_owners(organization, {ending.token.robot_id for ending in endings}),
            [membership.user.email for membership in owners],
        )

    def recipients(self, token: Token) -> tuple[Why, list[str]]:
        """Why they are told, and who: the first of creator, team owners, owners where somebody is."""
        if token.created_by in self.creators:
            return Why.CREATOR, [token.created_by]
        if of_teams := self.team_owners.get(token.robot_id or 0):
            return Why.TEAM_OWNER, of_teams
        return Why.OWNER, self.owners


def _team_owners(organization: Organization, robots: Iterable[int | None]) -> dict[int, list[str]]:
    """The active owners of each robot's teams."""
    places = list(TeamRobot.objects.filter(robot__in=robots).values_list("robot_id", "team_id"))
    owners = TeamMember.objects.filter(
        team__in={team for _, team in places},
        role=TeamMember.Role.OWNER,
        user__is_active=True,
        user__memberships__organization=organization,
    ).order_by("user__email")
    of_team: dict[int, list[str]] = defaultdict(list)
    for team, email in owners.values_list("team_id", "user__email"):
        of_team[team].append(email)
    found: dict[int, list[str]] = defaultdict(list)
    for robot, team in places:
        found[robot] += [email for email in of_team[team] if email not in found[robot]]
    return found
