"""Who asks: a robot with its token, or a service with its own secret (RFC 6749, 2.3.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import unquote_plus
from uuid import UUID

from console import keyring
from console.databases.statements import Parameter, Statement
from console.minted_secrets import has_right_checksum, has_shape
from console.models import Service, ServiceSecret
from console.models.service_secrets import SERVICE_PREFIX, digest_of
from console.serving.endpoints import Basic, FrontRequest, Refused, challenge
from robots.base.credentials import may_be_own
from robots.base.states import Refusal
from robots.secrets.own_secrets import Remembered
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers.authentication import Credential, authenticate
from robots.verifiers.hot_queries import SecretRow
from robots.verifiers.memory import Ends, Memory, chain_of
from robots.verifiers.oauth.forms import INVALID, Fault, Fields
from robots.verifiers.services import ServiceRow

VERIFIER = "oauth"
METHODS = ("client_secret_basic", "client_secret_post")
DENIED = "the credentials of the client are not valid"
PERSONAL = "a person's own token gets no access tokens; use a robot account's"


class ServiceSecretRow(NamedTuple):
    """A secret of a service, and behind its first columns those of `ServiceRow`."""

    id: int
    ends_at: datetime | None
    digest: str
    root_number: int
    service__uuid: UUID
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
        return ServiceRow(*self[4:])


secrets_by_digest = Statement(
    ServiceSecretRow,
    lambda: ServiceSecret.objects.filter(
        digest=Parameter("digest"), service__kind=Service.Kind.RESOURCE
    ),
)


secrets_of_services: Memory[ServiceSecretRow] = Memory()
# Secrets that look encoded and were right as they came.
plain = Remembered(1024)


@dataclass(frozen=True, slots=True)
class Client:
    """A name and a secret, which nobody has checked yet."""

    name: str
    secret: str = field(repr=False)

    @property
    def is_service(self) -> bool:
        """Whether the secret looks like one of a service; all others are robots'."""
        return has_shape(SERVICE_PREFIX, self.secret)


def client_of(request: FrontRequest, fields: Fields) -> Client:
    """The credentials of the header or of the body, never of both."""
    try:
        came = request.authorization
    except Refused as refused:
        raise denied(refused.message) from refused
    if came is None:
        return _in_body(fields)
    if not isinstance(came, Basic):
        raise denied("a client proves itself with Basic, or in the body")
    if "client_secret" in fields or fields.get("client_id", came.username) != came.username:
        raise Fault(400, INVALID, "send the credentials in the header or in the body, not in both")
    return Client(came.username, came.password)


def denied(message: str = DENIED) -> Fault:
    """What a client is told whose credentials are missing or wrong."""
    return Fault(401, "invalid_client", message, challenge())


def _in_body(fields: Fields) -> Client:
    if "client_id" not in fields or "client_secret" not in fields:
        raise denied("this needs the credentials of a client")
    return Client(fields["client_id"], fields["client_secret"])


def authenticate_robot(request: FrontRequest, client: Client) -> Credential:
    """The robot's token behind the credentials, which is in force now."""
    use = Use.seen(VERIFIER, request.address, request.header("User-Agent"))
    for secret in _readings(client):
        found = authenticate(client.name, secret, use, _robots_alone)
        if isinstance(found, Credential):
            if secret == client.secret != unquote_plus(secret):
                plain.add(_mark(client))
            return found
    if found is Refusal.PERSONAL_TOKEN:  # only whoever holds the secret reaches this reason
        raise Fault(400, "unauthorized_client", PERSONAL)
    raise denied()


def _readings(client: Client) -> Iterator[str]:
    """The secret decoded, as the standard says, and as it came: many clients do not encode it.

    Only what a person chose differs. Both are tries, so the one that the standard says comes first,
    unless this very secret was right as it came: it would be a wrong try each time.
    """
    decoded = unquote_plus(client.secret)
    if decoded == client.secret or not may_be_own(decoded):
        yield client.secret
    elif plain.has(_mark(client)):
        yield from (client.secret, decoded)
    else:
        yield from (decoded, client.secret)


def _mark(client: Client) -> bytes:
    return plain.mark_of(0, client.name, client.secret)


def _robots_alone(row: SecretRow) -> Refusal | None:
    return None if row.token__user_id is None else Refusal.PERSONAL_TOKEN


def authenticate_service(client: Client, ends: Ends | None = None) -> ServiceRow:
    """The resource server behind the credentials: its UUID, and a secret of it that has not ended."""
    row = _row_of(client.secret, ends or Ends()) if client.is_service else None
    now = datetime.now(UTC)
    if row is None or client.name.lower() != str(row.service__uuid):
        raise denied()
    if row.ends_at is not None and row.ends_at <= now:
        raise denied()
    counters.asked(row.id, now)
    return row.service


def _row_of(secret: str, ends: Ends) -> ServiceSecretRow | None:
    mark = secrets_of_services.mark_of(None, secret)
    known = secrets_of_services.recall(mark, ends)
    if known and known.row and digest_of(secret, known.row.root_number) == known.row.digest:
        return known.row
    row = _read(secret)
    if row:
        secrets_of_services.keep(mark, known, row, chain_of(row.service__organization__uuid))
    return row


def _read(secret: str) -> ServiceSecretRow | None:
    """One question for each root of the keyring, the newest first."""
    if not has_right_checksum(secret):
        return None
    for number in reversed(keyring.numbers()):
        if rows := secrets_by_digest.rows(digest=digest_of(secret, number)):
            return rows[0]
    return None
