"""`POST /oauth/introspect` (RFC 7662): whether a token is in force now, for the service that was given it.

No client is seen: a token that is limited to networks is in force only where the service is exempt.
"""

from typing import Any

from django.conf import settings

from console.serving.endpoints import FrontRequest, FrontResponse, json_response, methods
from robots.base.states import Refusal
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers.authentication import Admission, Credential, authenticate
from robots.verifiers.hot_queries import SecretRow
from robots.verifiers.memory import Ends
from robots.verifiers.oauth.access_tokens import (
    AccessToken,
    credential_of,
    is_access_token,
    read,
    subject_of,
)
from robots.verifiers.oauth.clients import VERIFIER, authenticate_service, client_of
from robots.verifiers.oauth.forms import NOT_KEPT, Fields, answering, needed
from robots.verifiers.oauth.resources import audience_of, find_resource
from robots.verifiers.oauth.scopes import held_somewhere, written
from robots.verifiers.services import ServiceRow

Answer = dict[str, Any]
INACTIVE: Answer = {"active": False}


@methods("POST")
@answering
def introspect(request: FrontRequest, fields: Fields) -> FrontResponse:
    """What a service may know of a token; of one that is not its to know, not even that it is there."""
    ends = Ends()
    service = authenticate_service(client_of(request, fields), ends)
    token = needed(fields, "token")
    use = Use.seen(VERIFIER, "", service.identifier)
    if is_access_token(token):
        said = _access_token(service, token, use)
    else:
        said = _secret(service, token, use, ends)
    return json_response(200, said or INACTIVE, NOT_KEPT)


def _access_token(service: ServiceRow, token: str, use: Use) -> Answer | None:
    access = read(token)
    if access is None:
        counters.unknown(use)
        return None
    found = credential_of(
        access, use, _admission(service, access), exempt=service.exempt_from_addresses
    )
    if isinstance(found, Refusal):
        return None
    answer = _answer(service, found)
    if not answer["scope"]:  # all that it was for has been taken away
        return None
    return answer | {"jti": access.jti, "iat": access.claims["iat"]}


def _secret(service: ServiceRow, token: str, use: Use, ends: Ends) -> Answer | None:
    """A robot's or a person's own token. What somebody chose needs a user name, so it is never found."""
    found = authenticate(
        None, token, use, _admission(service), exempt=service.exempt_from_addresses, ends=ends
    )
    return None if isinstance(found, Refusal) else _answer(service, service.narrowed(found))


def _admission(service: ServiceRow, access: AccessToken | None = None) -> Admission:
    """Whose tokens the service may know, and of access tokens those that are for it."""

    def refusal(row: SecretRow) -> Refusal | None:
        if reason := service.refusal(row):
            return reason
        if not service.organizations_of(row):
            return Refusal.OTHER_ORGANIZATION
        is_for_it = access is None or is_for(access, service, row.token__robot__organization_id)
        return None if is_for_it else Refusal.OTHER_AUDIENCE

    return refusal


def is_for(access: AccessToken, service: ServiceRow, organization_id: int | None) -> bool:
    """Whether the robots of the organization mean this service by the token's audience."""
    if organization_id is None or access.audience != audience_of(service):
        return False
    meant = find_resource(access.audience, organization_id)
    return meant is not None and meant.uuid == service.uuid


def _answer(service: ServiceRow, credential: Credential) -> Answer:
    scope = held_somewhere(credential, service.organizations_of(credential.row))
    ends = {"exp": int(credential.ends_at.timestamp())} if credential.ends_at else {}
    return {
        "active": True,
        "scope": written(scope),
        "client_id": str(credential.access_id),
        "username": credential.actor_label,
        "token_type": "Bearer",
        **ends,
        "iat": int(credential.row.created_at.timestamp()),
        "sub": subject_of(credential),
        "aud": audience_of(service),
        "iss": settings.ROSTER_ORIGIN,
        "jti": str(credential.access_id),
    }
