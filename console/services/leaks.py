"""The end of a service's secret that leaked: whoever has it may end it."""

from django.utils import timezone

from console.audit.recording import EventActor, changing, record
from console.models import ServiceSecret
from console.scanning.sightings import Sighting, is_told

LEAKED = "service:secret-leaked"


def report_leaked_service_secret(
    *, actor: EventActor, secret: ServiceSecret, sighting: Sighting
) -> bool | None:
    """End the secret, whether or not another one is there; say whether it had worked.

    `None` where it was reported before: nothing is recorded again.
    """
    service = secret.service
    with changing(service.organization) as chain:
        found = ServiceSecret.objects.filter(pk=secret.pk).first()
        if found is None or is_told(chain, service, [LEAKED], secret_id=secret.pk):
            return None
        worked = found.ends_at is None or found.ends_at > timezone.now()
        if worked:
            found.ends_at = timezone.now()
            found.save(update_fields=["ends_at"])
        after = {"secret_id": secret.pk, "ended_by_this": worked} | sighting.recorded
        record(chain, actor=actor, action=LEAKED, target=service, after=after)
    return worked
