"""`POST /oauth/token`: a robot's token in, a short-lived access token out (RFC 6749, 4.4).

The scope is a list of permissions. Each stands for all that the robot account reaches with it; where
exactly that is, a resource server asks about.
"""

from django.conf import settings

from console.serving.endpoints import FrontRequest, FrontResponse, json_response, methods
from robots.verifiers.authentication import Credential
from robots.verifiers.oauth.access_tokens import sign
from robots.verifiers.oauth.clients import authenticate_robot, client_of
from robots.verifiers.oauth.forms import NOT_KEPT, Fault, Fields, answering, needed
from robots.verifiers.oauth.resources import audience_of, find_resource, resources_serving
from robots.verifiers.oauth.scopes import granted, held_somewhere, written

GRANT = "client_credentials"


@methods("POST")
@answering
def token(request: FrontRequest, fields: Fields) -> FrontResponse:
    """An access token for one resource server, with what of the asked scope the robot holds."""
    if needed(fields, "grant_type") != GRANT:
        raise Fault(400, "unsupported_grant_type", f"grant_type has to be {GRANT}")
    credential = authenticate_robot(request, client_of(request, fields))
    organization_id = _organization_of(credential)
    audience = _audience(fields, organization_id)
    scope = granted(fields.get("scope"), held_somewhere(credential, [organization_id]))
    issued = sign(credential, audience, scope)
    document = {
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": written(scope),
    }
    return json_response(200, document, NOT_KEPT)


def _organization_of(credential: Credential) -> int:
    if credential.organization_id is None:
        raise TypeError("not a robot's token")
    return credential.organization_id


def _audience(fields: Fields, organization_id: int) -> str:
    """Whom the token is for: as `audience` or as `resource` (RFC 8707) says, or the only one there is."""
    asked = {fields[name] for name in ("audience", "resource") if name in fields}
    if len(asked) > 1:
        raise _invalid("audience and resource are not the same")
    if not asked:
        return _only_one(organization_id)
    [name] = asked
    if name == settings.ROSTER_ORIGIN:
        return name
    service = find_resource(name, organization_id)
    if service is None:
        raise _invalid("there is no such resource server")
    return audience_of(service)


def _only_one(organization_id: int) -> str:
    services = resources_serving(organization_id)
    if len(services) != 1:
        raise _invalid("say for which resource server, as audience or resource")
    return audience_of(services[0])


def _invalid(message: str) -> Fault:
    return Fault(400, "invalid_target", message)
