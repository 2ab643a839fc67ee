"""Grants that end by themselves: told 14 and 3 days before, and taken away when they have ended.

Verifiers refuse from the moment of the end, whenever this runs. What was told is written down on the grant in
the same transaction, under the organization's lock, so that two schedulers at once tell nothing twice. After
days without the job only the nearest notice goes out.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from console import moments
from console.audit.recording import ROSTER, Chain, OrganizationDeleted, changing, record
from console.jobs.running import heartbeat
from console.models import Organization
from console.notices.kinds import GRANT_ENDED, GRANT_ENDING
from console.notices.letters import tell_by_letter
from console.notices.telling import News, Person
from robots.models import HOLDERS, Robot
from robots.queries.recipients import responsible_for
from teams.grants.services import as_recorded
from teams.models import AccessGrant, Team, User
from teams.models.grants import ANNOUNCED_DAYS, AccessGrantQuerySet

CHUNK = 500


def end_grants() -> int:
    """Tell what is due and take away what has ended; say how many grants that were. The job."""
    due = {pk for model in HOLDERS for pk in _due(model).values_list("organization", flat=True)}
    return sum(map(_end, Organization.objects.filter(pk__in=due).order_by("pk").iterator()))


def _end(organization: Organization) -> int:
    return sum(_end_of_kind(organization, model) for model in HOLDERS)


def _end_of_kind(organization: Organization, model: type[AccessGrant]) -> int:
    """Find without a lock, then look again at what was found, some at a time, under it."""
    keys, number = list(_due(model, organization=organization).values_list("pk", flat=True)), 0
    for start in range(0, len(keys), CHUNK):
        heartbeat()
        with suppress(OrganizationDeleted), changing(organization) as chain:
            some = _due(model, pk__in=keys[start : start + CHUNK]).with_names()
            grants = list(some.select_related(HOLDERS[model]).order_by("expires_at", "pk"))
            _tell(organization, grants)
            _take(chain, [grant for grant in grants if _is_over(grant)])
            number += len(grants)
    return number


def _due(model: type[AccessGrant], **on: Any) -> AccessGrantQuerySet:
    """Those that have ended, and those of which the nearest notice did not go out."""
    now = timezone.now()
    ahead = [(days, now + timedelta(days=days)) for days in ANNOUNCED_DAYS]
    whens = (When(expires_at__lte=latest, then=Value(days)) for days, latest in ahead)
    nearest = Case(*whens, output_field=IntegerField())
    found: AccessGrantQuerySet = model.objects.filter(expires_at__lte=ahead[-1][1], **on)
    untold = Q(told_days=None) | Q(told_days__gt=F("nearest"))
    due: AccessGrantQuerySet = found.alias(nearest=nearest).filter(untold | Q(expires_at__lte=now))
    return due


def _is_over(grant: AccessGrant) -> bool:
    return grant.expires_at is not None and grant.expires_at <= timezone.now()


def _tell(organization: Organization, grants: list[AccessGrant]) -> None:
    """A notice of each, one letter for each person, and that it was told."""
    over = [_news(organization, grant, "has ended") for grant in grants if _is_over(grant)]
    soon = [_news(organization, grant, "ends") for grant in grants if not _is_over(grant)]
    tell_by_letter(GRANT_ENDED, organization, *over)
    tell_by_letter(GRANT_ENDING, organization, *soon)
    for grant in grants:
        grant.told_days = _days_told(grant.expires_at)
        grant.save(update_fields=["told_days"])


def _days_told(expires_at: datetime | None) -> int:
    left = expires_at - timezone.now() if expires_at else timedelta.max
    return next(days for days in ANNOUNCED_DAYS if left <= timedelta(days=days))


def _news(organization: Organization, grant: AccessGrant, verb: str) -> News:
    when = (
        f" on {moments.absolute(grant.expires_at)}" if grant.expires_at and verb == "ends" else ""
    )
    title = f"{grant.what.capitalize()} on {grant.scope_label} {verb} for {_called(grant)}{when}"
    data = {"ends_at": grant.expires_at, "holder": grant.holder.holder_label}
    return News(grant, title, _path(organization, grant), _people(organization, grant), data)


def _called(grant: AccessGrant) -> str:
    kind = {"robot": "the robot account ", "team": "the team "}.get(grant.holder.holder_kind, "")
    return f"{kind}{grant.holder.shown_name}"


def _path(organization: Organization, grant: AccessGrant) -> str:
    """Where it can be given again."""
    match grant.holder:
        case Robot() as robot:
            return reverse("robots:robot-access", args=[organization.slug, robot.uuid])
        case Team() as team:
            return reverse("teams:team-permissions", args=[organization.slug, team.uuid])
    return reverse("teams:member-list", args=[organization.slug])


def _people(organization: Organization, grant: AccessGrant) -> list[Person]:
    holder = grant.holder
    if isinstance(holder, Robot | Team):
        return list(responsible_for(organization, holder))
    return [holder] if isinstance(holder, User) and holder.is_active else []


def _take(chain: Chain, grants: list[AccessGrant]) -> None:
    for grant in grants:
        before = as_recorded(grant)
        record(chain, actor=ROSTER, action="grant:ended", target=grant, before=before)
        grant.delete()
