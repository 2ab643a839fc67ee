"""Who did what to which artifact, counted by day. Under the repository's lock."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest, Least

from console.models import Repository, Service
from robots.artifacts.actors import ArtifactActor
from robots.artifacts.envelope import RegistryEvent
from robots.models import ArtifactUse

# Of one repository on one day; of more than that only actor and action are told apart.
MAX_ROWS = 1_000


def count_use(
    service: Service, repository: Repository, event: RegistryEvent, who: ArtifactActor
) -> None:
    """Add one to what its actor did to the same thing on the same day."""
    row = {
        "repository": repository,
        "service": service,
        "day": event.at.date(),
        "actor_kind": who.kind,
        "actor_uuid": who.uuid,
        "actor_label": who.label,
        "action": event.action,
    }
    exactly = row | {"reference": event.tag or event.digest}
    if _add(exactly, event):
        return
    today = ArtifactUse.objects.filter(repository=repository, day=event.at.date())
    if today.count() < MAX_ROWS:
        _begin(exactly, event)
    elif not _add(row | {"reference": ""}, event):
        _begin(row | {"reference": ""}, event)


def _add(row: dict[str, Any], event: RegistryEvent) -> bool:
    """Whether there was such a row to add to."""
    changed = ArtifactUse.objects.filter(**row).update(
        count=F("count") + 1,
        digest=event.digest if row["reference"] else "",
        first_at=Least("first_at", event.at),
        last_at=Greatest("last_at", event.at),
    )
    return changed > 0


def _begin(row: dict[str, Any], event: RegistryEvent) -> None:
    digest = event.digest if row["reference"] else ""
    ArtifactUse.objects.create(**row, digest=digest, count=1, first_at=event.at, last_at=event.at)
