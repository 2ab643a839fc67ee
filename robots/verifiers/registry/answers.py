"""The token service of container registries, `/service/token`: challenge in, signed access out.

The distribution project's *token* and *OAuth2 token* documents are the protocol.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from console.serving.endpoints import (
    Basic,
    Bearer,
    FrontRequest,
    FrontResponse,
    Headers,
    Refused,
    challenge,
    json_response,
)
from robots.base.states import Refusal
from robots.usage.counters import Use
from robots.verifiers.credential import Credential
from robots.verifiers.memory import Ends
from robots.verifiers.outcomes import Outcome, remembering
from robots.verifiers.presented import authenticate_at
from robots.verifiers.registry.scopes import Scope, ScopeFault, granted, parse_scopes
from robots.verifiers.registry.tokens import Access, sign
from robots.verifiers.services import ServiceRow, find_registry

VERIFIER = "registry"
FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 100
MAX_REMEMBERED = 1000
# The protocol's error codes for `GET`; `POST` answers in OAuth2's words instead (RFC 6749, 5.2).
CODES = {400: "UNSUPPORTED", 401: "UNAUTHORIZED", 415: "UNSUPPORTED"}
PERSONAL = "Personal access tokens cannot log in to a registry. Use a robot account's token."
DENIED = "the credentials are not valid"

Fields = Mapping[str, list[str]]


class Fault(Refused):
    """A refusal with its OAuth2 error beside the registry's."""

    def __init__(self, status: int, oauth: str, message: str, headers: Headers = ()) -> None:
        super().__init__(status, CODES[status], message, headers)
        self.oauth = oauth


@dataclass(slots=True)
class Presented:
    """A user name (`None` for a bearer or a refresh token) and a secret."""

    username: str | None
    secret: str = field(repr=False)


@remembering("GET", "POST")
def token(request: FrontRequest, ends: Ends) -> FrontResponse | Outcome:
    """A token with the intersection of what was asked and what is granted, never more."""
    if request.method == "GET":
        asked = _remembered if len(request.query) <= MAX_REMEMBERED else _asked
        fields, scopes = asked(request.query)
        return _answer(request, _service(fields, ends), scopes, _from_header(request))
    try:
        return _oauth(request, ends)
    except Fault as fault:
        document = {"error": fault.oauth, "error_description": fault.message}
        return json_response(fault.status, document, fault.headers)


def _oauth(request: FrontRequest, ends: Ends) -> FrontResponse | Outcome:
    if request.content_type != FORM:
        raise Fault(415, "invalid_request", f"the body has to be {FORM}")
    if request.authorization is not None:
        raise Fault(400, "invalid_request", "send the credentials in the body alone")
    fields, scopes = _asked(request.body.decode("latin-1"))
    return _answer(request, _service(fields, ends), scopes, _from_body(fields))


def _asked(encoded: str) -> tuple[Fields, list[Scope]]:
    """The parameters, and the scopes among them."""
    try:
        fields = parse_qs(
            encoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError as fault:
        raise Fault(400, "invalid_request", "the parameters cannot be read") from fault
    try:
        return fields, parse_scopes(fields.get("scope", []))
    except ScopeFault as fault:
        raise Fault(400, "invalid_scope", str(fault)) from fault


# Clients ask for the same few repositories over and over; a query says nothing secret.
_remembered = functools.lru_cache(maxsize=1024)(_asked)


def _single(fields: Fields, name: str) -> str:
    """A parameter that may come at most once (RFC 6749, 3.2); empty when it does not come."""
    values = fields.get(name, [])
    if len(values) > 1:
        raise Fault(400, "invalid_request", f"{name} came more than once")
    return values[0] if values else ""


def _service(fields: Fields, ends: Ends) -> ServiceRow:
    """The registry that is asked for; another one is refused before credentials are looked at."""
    service = find_registry(_single(fields, "service"), ends)
    if service is None:
        raise Fault(400, "invalid_request", "there is no such service")
    return service


def _from_header(request: FrontRequest) -> Presented | None:
    match request.authorization:
        case Basic(username, password):
            return Presented(username, password)
        case Bearer(secret):
            return Presented(None, secret)
    return None


def _from_body(fields: Fields) -> Presented:
    """The credentials of a grant. Clients without a user name send the secret as refresh token."""
    grant = _single(fields, "grant_type")
    if grant == "refresh_token":
        return Presented(None, _needed(fields, "refresh_token"))
    if grant == "password":
        return Presented(_needed(fields, "username"), _needed(fields, "password"))
    error = "unsupported_grant_type" if grant else "invalid_request"
    raise Fault(400, error, "grant_type has to be password or refresh_token")


def _needed(fields: Fields, name: str) -> str:
    value = _single(fields, name)
    if not value:
        raise Fault(400, "invalid_request", f"{name} is missing")
    return value


def _answer(
    request: FrontRequest, service: ServiceRow, asked: list[Scope], presented: Presented | None
) -> FrontResponse | Outcome:
    if presented is None and not asked:
        raise Fault(401, "invalid_client", "this needs credentials", challenge())
    scopes = [scope.at(service.host) for scope in asked]
    credential = _authenticated(request, service, scopes, presented) if presented else None
    access = [
        {**scope.resource, "actions": actions}
        for scope in scopes
        if (actions := granted(service, scope, credential))
    ]
    respond = functools.partial(_signed, service, credential, access)
    return Outcome(respond, credential, service.chains) if credential else respond()


def _signed(service: ServiceRow, credential: Credential | None, access: Access) -> FrontResponse:
    subject, ends_at = (credential.actor_label, credential.ends_at) if credential else ("", None)
    issued = sign(service, subject, access, ends_at)
    document = {
        "token": issued.token,
        "access_token": issued.token,
        "expires_in": issued.expires_in,
        "issued_at": issued.issued_at,
    }
    return json_response(200, document)


def _authenticated(
    request: FrontRequest, service: ServiceRow, scopes: list[Scope], presented: Presented
) -> Credential:
    repository = scopes[0].name if scopes else ""
    use = Use.seen(VERIFIER, request.address, request.header("User-Agent"), repository)
    found = authenticate_at(service, presented.username, presented.secret, use)
    if isinstance(found, Refusal):
        # Only whoever holds the secret reaches this reason; all others are told nothing.
        words = PERSONAL if found is Refusal.PERSONAL_TOKEN else DENIED
        raise Fault(401, "invalid_grant", words, challenge())
    return service.narrowed(found)
