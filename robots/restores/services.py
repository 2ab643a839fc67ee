"""Services and their secrets that an older backup brought back, or that let people do more again."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.utils import timezone

from console.audit.evidence import Line
from console.audit.recording import changing, record
from console.models import Service, ServiceSecret
from console.services.services import delete_service, update_service
from robots.restores.claims import (
    ACTOR,
    Claim,
    Claims,
    Revived,
    claiming,
    is_later,
    moment,
    several,
)

# From the least to the most.
LETTING = (Service.PersonalTokens.NONE, Service.PersonalTokens.PULL, Service.PersonalTokens.ALL)


def _service(line: Line) -> Service | None:
    return Service.objects.select_related("organization").filter(uuid=line.target).first()


def _deleted(line: Line) -> Revived | None:
    service = _service(line)
    if service is None:
        return None
    end = partial(delete_service, actor=ACTOR, service=service)
    return Revived("service", str(service), "was deleted", end)


def _less(line: Line) -> Revived | None:
    service, wanted = _service(line), str(line.after.get("personal_tokens"))
    if service is None or wanted not in LETTING:
        return None
    if LETTING.index(service.personal_tokens) <= LETTING.index(wanted):
        return None
    end = partial(update_service, actor=ACTOR, service=service, personal_tokens=wanted)
    return Revived("service", str(service), "let personal tokens do less", end)


def _sees_no_client(line: Line) -> Revived | None:
    service, wanted = _service(line), line.after.get("exempt_from_addresses")
    if service is None or wanted is not False or not service.exempt_from_addresses:
        return None
    end = partial(update_service, actor=ACTOR, service=service, exempt_from_addresses=False)
    return Revived("service", str(service), "refused tokens that are limited to networks", end)


def _secrets(line: Line) -> Iterable[Claim]:
    """The secrets that a newer one ended, or is about to, each by its id."""
    for pk, said in (line.after.get("old_secret_ends") or {}).items():
        yield Claim(("service secret", int(pk)), partial(_works, int(pk), line, moment(said)))


def _ended(line: Line) -> Iterable[Claim]:
    pk = int(line.before.get("secret_id", 0))
    yield Claim(("service secret", pk), partial(_works, pk, line, line.at))


def _leaked(line: Line) -> Iterable[Claim]:
    pk = int(line.after.get("secret_id", 0))
    yield Claim(("service secret", pk), partial(_works, pk, line, line.at, "had leaked"))


def _works(
    pk: int, line: Line, said: datetime | None, words: str = "had been replaced"
) -> Revived | None:
    secrets = ServiceSecret.objects.live().select_related("service__organization")
    secret = secrets.filter(pk=pk, service__uuid=line.target).first()
    end = max(said or line.at, timezone.now())
    if secret is None or not is_later(secret.ends_at, end):
        return None
    name = f"{line.label}, secret {pk}"
    return Revived("service secret", name, words, partial(_end_secret, secret, end))


def _end_secret(secret: ServiceSecret, end: datetime) -> None:
    with changing(secret.service.organization) as chain:
        secret.ends_at = max(end, timezone.now())
        secret.save(update_fields=["ends_at"])
        before = {"secret_id": secret.pk}
        record(
            chain, actor=ACTOR, action="service:secret-ended", target=secret.service, before=before
        )


CLAIMS: dict[str, Claims] = {
    "service:deleted": claiming("service", _deleted),
    "service:updated": several(
        claiming("service personal tokens", _less),
        claiming("service exemption", _sees_no_client),
    ),
    "service:secret-created": _secrets,
    "service:secret-ended": _ended,
    "service:secret-leaked": _leaked,
}
