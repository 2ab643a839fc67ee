"""Purging the audit log: whole beginnings of chains, up to a checkpoint, so that the rest verifies."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from console.audit import checkpoints, search
from console.audit.checkpoint_file import PURGE, Point, append
from console.audit.older_database import is_unaccepted
from console.audit.recording import ROSTER, Chain, changing, record
from console.audit.verification import Known
from console.jobs.purges import batches
from console.models import Event, Organization
from console.models.events import SITE


def purge_old() -> int:
    """The job: purge what is older than `ROSTER_AUDIT_KEEP_DAYS`; with 0 nothing ever goes, and none
    while an older database waits to be accepted.
    """
    if not settings.ROSTER_AUDIT_KEEP_DAYS or is_unaccepted():
        return 0
    before = timezone.now() - timedelta(days=settings.ROSTER_AUDIT_KEEP_DAYS)
    return sum(_purge(chain, known, before) for chain, known in checkpoints.read().chains.items())


def _purge(chain: str, known: Known, before: datetime) -> int:
    """Purge one chain up to the last checkpoint whose events are all older than `before`.

    The checkpoint of the purge is written first: a purge that was cut short is finished by the next.
    """
    number = _up_to(chain, known, before)
    if number > known.purged:
        append([Point(chain, number, known.links[number], PURGE)])
        _record(chain, number)
    gone = Event.objects.filter(chain=chain, number__lte=max(number, known.purged))
    return sum(_delete(keys) for keys in batches(gone))


def _up_to(chain: str, known: Known, before: datetime) -> int:
    """The number of that checkpoint, 0 for none. The event it saw has to be there as it was seen: what
    somebody changed is evidence and stays.
    """
    events = Event.objects.filter(chain=chain)
    later = events.filter(created_at__gte=before).order_by("number").first()
    last = later.number - 1 if later else 0
    number = max((each for each in known.links if each <= last), default=0)
    seen = events.filter(number=number).first()
    return number if seen and bytes(seen.link) == known.links[number] else 0


def _delete(keys: list[int]) -> int:
    """The events and what finds them, in one transaction."""
    with transaction.atomic():
        rows = Event.objects.filter(pk__in=keys)
        search.remove(list(rows.values_list("pk", "target_label", "actor_label")))
        rows.delete()
    return len(keys)


class AuditLog:
    """An organization's log, or the site's, as what an event is about."""

    def __init__(self, uuid: UUID | None, name: str) -> None:
        self.uuid, self.name = uuid, name

    def __str__(self) -> str:
        return f"audit log of {self.name}"


def _record(chain: str, number: int) -> None:
    """An event in the same chain, unless its organization has gone."""
    organization = None
    if chain != SITE:
        organization = Organization.objects.filter(uuid=UUID(chain)).first()
        if organization is None:
            return
    with changing(organization) as locked:
        record(
            locked,
            actor=ROSTER,
            action="audit-log:purged",
            target=_log(organization, locked),
            after={"up_to_event": number},
        )


def _log(organization: Organization | None, chain: Chain) -> AuditLog:
    uuid = organization.uuid if organization else None
    return AuditLog(uuid, chain.organization_slug or "the site")
