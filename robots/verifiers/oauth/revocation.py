"""`POST /oauth/revoke` (RFC 7009): an access token ends before its time.

By the service that it is for, or by the robot whose token it is. The tokens that an admin sees are
deleted by admins.
"""

from collections.abc import Callable
from functools import partial

from console.serving.endpoints import FrontRequest, FrontResponse, methods
from robots.base.credentials import parse
from robots.models import RevokedAccessToken
from robots.verifiers.memory import Ends
from robots.verifiers.oauth.access_tokens import (
    AccessToken,
    is_access_token,
    read,
    secret_of,
    subject_of,
)
from robots.verifiers.oauth.checking import is_for
from robots.verifiers.oauth.clients import (
    Client,
    authenticate_robot,
    authenticate_service,
    client_of,
)
from robots.verifiers.oauth.forms import NOT_KEPT, Fault, Fields, answering, needed
from robots.verifiers.services import ServiceRow


@methods("POST", changes=True)
@answering
def revoke(request: FrontRequest, fields: Fields) -> FrontResponse:
    """End the token, if it is the client's to end. What is not, or is none, is answered alike."""
    may_end = _rights(request, client_of(request, fields))
    token = needed(fields, "token")
    if not is_access_token(token) and parse(token) is not None:
        raise Fault(400, "unsupported_token_type", "a robot account's token is deleted in Roster")
    access = read(token)
    if access is not None and may_end(access):
        RevokedAccessToken.objects.revoke(access.jti, access.ends_at)
    return FrontResponse(200, b"", NOT_KEPT)


def _rights(request: FrontRequest, client: Client) -> Callable[[AccessToken], bool]:
    """Which tokens the client may end, once it has proved who it is."""
    if client.is_service:
        return partial(_is_for, authenticate_service(client, Ends()).service)
    robot = subject_of(authenticate_robot(request, client))
    return lambda access: access.subject == robot


def _is_for(service: ServiceRow, access: AccessToken) -> bool:
    secret = secret_of(access)
    return secret is not None and is_for(access, service, secret.token__robot__organization_id)
