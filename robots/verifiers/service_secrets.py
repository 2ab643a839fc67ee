"""Secrets with which services prove themselves: read each time, or remembered while the chain stands."""

from datetime import UTC, datetime
from hmac import compare_digest
from typing import NamedTuple
from uuid import UUID

from console import keyring
from console.databases.statements import Parameter, Statement
from console.minted_secrets import has_right_checksum, has_shape
from console.models import Service, ServiceSecret
from console.models.service_secrets import SERVICE_PREFIX, digest_of
from robots.usage import counters
from robots.verifiers.memory import Ends, Memory
from robots.verifiers.services import ServiceRow


class ServiceSecretRow(NamedTuple):
    """A secret of a service, and behind its first columns those of `ServiceRow`."""

    id: int
    service_id: int
    ends_at: datetime | None
    digest: str
    root_number: int
    service__uuid: UUID
    service__kind: str
    service__name: str
    service__host: str
    service__uses_x5c: bool
    service__audience: str
    service__exempt_from_addresses: bool
    service__personal_tokens: str
    service__proxy: str
    service__organization_id: int | None
    service__organization__slug: str | None
    service__organization__uuid: UUID | None

    @property
    def service(self) -> ServiceRow:
        return ServiceRow(*self[5:])


secrets_by_digest = Statement(
    ServiceSecretRow, lambda: ServiceSecret.objects.filter(digest=Parameter("digest"))
)
secrets_of_services: Memory[ServiceSecretRow] = Memory()


def is_service_secret(secret: str) -> bool:
    """Whether it looks like the secret of a service; all others are robots' and people's."""
    return has_shape(SERVICE_PREFIX, secret)


def find_secret(kind: Service.Kind, secret: str, ends: Ends) -> ServiceSecretRow | None:
    """The secret of a service of that kind, unless it has ended."""
    row = _row_of(secret, ends) if is_service_secret(secret) else None
    if row is None or row.service__kind != kind:
        return None
    is_over = row.ends_at is not None and row.ends_at <= datetime.now(UTC)
    return None if is_over else row


def note_asked(row: ServiceSecretRow) -> None:
    """Count that the service proved itself with it."""
    counters.asked(row.id, datetime.now(UTC))


def _row_of(secret: str, ends: Ends) -> ServiceSecretRow | None:
    mark = secrets_of_services.mark_of(secret)
    known = secrets_of_services.recall(mark, ends)
    row = known.content if known else None
    if row and compare_digest(digest_of(secret, row.root_number), row.digest):
        return row
    row = _read(secret)
    if row:
        secrets_of_services.keep(mark, known, row, row.service.chains)
    return row


def _read(secret: str) -> ServiceSecretRow | None:
    """One question for each root of the keyring, the newest first."""
    if not has_right_checksum(secret):
        return None
    for number in reversed(keyring.numbers()):
        if rows := secrets_by_digest.rows(digest=digest_of(secret, number)):
            return rows[0]
    return None
