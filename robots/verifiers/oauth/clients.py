"""Who asks: a robot with its token, or a service with its own secret (RFC 6749, 2.3.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from console.models import Service
from console.serving.endpoints import Basic, FrontRequest, Refused, challenge
from robots.base.credentials import may_be_own
from robots.base.states import Refusal
from robots.secrets.own_secrets import Remembered
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from robots.verifiers.hot_queries import SecretRow
from robots.verifiers.memory import Ends
from robots.verifiers.oauth.forms import INVALID, Fault, Fields
from robots.verifiers.service_secrets import (
    ServiceSecretRow,
    find_secret,
    is_service_secret,
    note_asked,
)

VERIFIER = "oauth"
METHODS = ("client_secret_basic", "client_secret_post")
DENIED = "the credentials of the client are not valid"
PERSONAL = "a person's own token gets no access tokens; use a robot account's"
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
        return is_service_secret(self.secret)


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


def authenticate_service(client: Client, ends: Ends) -> ServiceSecretRow:
    """A secret of a resource server that has not ended, behind the credentials: its UUID, and the secret."""
    row = find_secret(Service.Kind.RESOURCE, client.secret, ends)
    if row is None or client.name.lower() != str(row.service__uuid):
        raise denied()
    note_asked(row)
    return row
