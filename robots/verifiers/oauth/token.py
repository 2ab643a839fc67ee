"""`POST /oauth/token`: a robot's token in, or another issuer's, and a short-lived access token out.

RFC 6749, 4.4, and RFC 8693. The scope is a list of permissions. Each stands for all that the robot account
reaches with it; where exactly that is, a resource server asks about.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings

from console.models import Service
from console.models.events import SITE
from console.permissions.vocabulary import Permissions
from console.serving.endpoints import FrontRequest, FrontResponse, json_response
from robots.usage import counters
from robots.verifiers.credential import Credential
from robots.verifiers.memory import Ends
from robots.verifiers.oauth.access_tokens import Issued, sign
from robots.verifiers.oauth.clients import authenticate_robot, client_of
from robots.verifiers.oauth.exchange import judged_login, require_exchange, use_up
from robots.verifiers.oauth.forms import NOT_KEPT, Fault, Fields, answering, needed
from robots.verifiers.oauth.resources import asked_service, audience_of
from robots.verifiers.oauth.scopes import granted, held_somewhere, written
from robots.verifiers.outcomes import Outcome, remembering
from robots.verifiers.services import ServiceRow

CREDENTIALS = "client_credentials"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a type's name


@remembering("POST")
@answering
def token(request: FrontRequest, fields: Fields, ends: Ends) -> FrontResponse | Outcome:
    """An access token for one service, with what of the asked scope the robot holds."""
    grant = GRANTS.get(needed(fields, "grant_type"))
    if grant is None:
        raise Fault(400, "unsupported_grant_type", f"grant_type has to be {' or '.join(GRANTS)}")
    return grant(request, fields, ends)


def _by_credentials(request: FrontRequest, fields: Fields, ends: Ends) -> Outcome:
    credential = authenticate_robot(request, client_of(request, fields))
    audience, scope = _asked(fields, credential, ends)

    def respond() -> FrontResponse:
        return _response(sign(credential, audience, scope), scope)

    # Which service is meant, those of the site decide as well.
    return Outcome(respond, credential, (SITE,))


def _by_exchange(request: FrontRequest, fields: Fields, ends: Ends) -> FrontResponse:
    """Everything that may be wrong is found before the other issuer's token is used up."""
    require_exchange(request, fields, ACCESS_TOKEN)
    login = judged_login(request, fields)
    audience, scope = _asked(fields, login.credential, ends)
    use_up(login, audience)
    issued = sign(login.credential, audience, scope, login.trust.lifetime_seconds)
    counters.exercised(login.credential.exercised, datetime.now(UTC).date())
    return _response(issued, scope, issued_token_type=ACCESS_TOKEN)


Grant = Callable[[FrontRequest, Fields, Ends], FrontResponse | Outcome]
GRANTS: dict[str, Grant] = {CREDENTIALS: _by_credentials, EXCHANGE: _by_exchange}


def _asked(fields: Fields, credential: Credential, ends: Ends) -> tuple[str, Permissions]:
    """For whom, and which of the robot's permissions."""
    organization_id = _organization_of(credential)
    service = asked_service(fields, organization_id, ends)
    scope = _scope(fields, service, held_somewhere(credential, [organization_id]))
    # A resource server decides by the token alone; whoever else gets it asks here once more.
    if service and service.kind == Service.Kind.RESOURCE:
        credential.note_uses(scope)
    return audience_of(service) if service else settings.ROSTER_ORIGIN, scope


def _scope(fields: Fields, service: ServiceRow | None, held: Permissions) -> Permissions:
    """Permissions for it; only a cluster, where they are not what counts, gets a token without any."""
    scope = granted(fields.get("scope"), held)
    if not scope and (service is None or service.kind != Service.Kind.CLUSTER):
        raise Fault(400, "invalid_scope", "the robot account holds nothing of that")
    return scope


def _response(issued: Issued, scope: Permissions, **more: str) -> FrontResponse:
    document = {
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": written(scope),
        **more,
    }
    return json_response(200, document, NOT_KEPT)


def _organization_of(credential: Credential) -> int:
    if credential.organization_id is None:
        raise TypeError("not a robot's token")
    return credential.organization_id
