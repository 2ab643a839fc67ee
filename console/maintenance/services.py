"""Taking no changes from now on, and taking them again."""

from datetime import datetime

from console.audit.recording import changing, record
from console.databases import clock
from console.errors import Conflict
from console.models import Maintenance
from console.models.installation import LONGEST
from console.permissions.operators import require_operator
from console.scanning.services import SiteActor


def begin_maintenance(*, actor: SiteActor, until: datetime, reason: str) -> Maintenance:
    """Let nobody change anything until then. Said again, it moves the end and changes the reason."""
    with changing(None) as chain:
        require_operator(actor)
        now, before = clock.now(), Maintenance.objects.under_way()
        _require_near(until, now)
        maintenance = Maintenance(begun_at=now, until=until, reason=reason)
        maintenance.full_clean(validate_unique=False)
        Maintenance.objects.all().delete()
        maintenance.save(force_insert=True)
        record(
            chain,
            actor=actor,
            action="maintenance:changed" if before else "maintenance:begun",
            target=maintenance,
            before=_values(before) if before else None,
            after=_values(maintenance),
        )
    return maintenance


def end_maintenance(*, actor: SiteActor) -> None:
    """Take changes again. What a wrong clock left behind goes as well."""
    with changing(None) as chain:
        require_operator(actor)
        before = Maintenance.objects.under_way()
        Maintenance.objects.all().delete()
        if before is None:
            return
        record(
            chain,
            actor=actor,
            action="maintenance:ended",
            target=before,
            before=_values(before),
        )


def _require_near(until: datetime, now: datetime) -> None:
    if until <= now:
        raise Conflict("The end lies behind: it has to be later than now.")
    if until - now > LONGEST:
        raise Conflict(
            "Changes are kept out for a day at most. Say it again before that day is over."
        )


def _values(maintenance: Maintenance) -> dict[str, object]:
    return {"until": maintenance.until, "reason": maintenance.reason}
