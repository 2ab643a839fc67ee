"""`POST /oauth/introspect` (RFC 7662): whether a token is in force now, for the service that was given it."""

from typing import Any

from django.conf import settings

from console.serving.endpoints import FrontRequest, FrontResponse, json_response
from robots.usage.counters import Use
from robots.verifiers.credential import Credential
from robots.verifiers.memory import Ends
from robots.verifiers.oauth.access_tokens import subject_of
from robots.verifiers.oauth.checking import Checked, check
from robots.verifiers.oauth.clients import VERIFIER, authenticate_service, client_of
from robots.verifiers.oauth.forms import NOT_KEPT, Fields, answering, needed
from robots.verifiers.oauth.resources import audience_of
from robots.verifiers.oauth.scopes import held_somewhere, written
from robots.verifiers.outcomes import Outcome, remembering
from robots.verifiers.services import ServiceRow

Answer = dict[str, Any]
INACTIVE: Answer = {"active": False}


@remembering("POST")
@answering
def introspect(request: FrontRequest, fields: Fields, ends: Ends) -> FrontResponse | Outcome:
    """What a service may know of a token; of one that is not its to know, not even that it is there."""
    secret = authenticate_service(client_of(request, fields), ends)
    service, token = secret.service, needed(fields, "token")
    found = check(service, token, Use.seen(VERIFIER, "", service.identifier))
    response = json_response(200, _said(service, found) if found else INACTIVE, NOT_KEPT)
    if found is None:
        return response
    return Outcome(lambda: response, found.credential, service.chains, secret)


def _said(service: ServiceRow, found: Checked) -> Answer:
    answer = _answer(service, found.credential)
    if found.access is None:
        return answer
    if not answer["scope"]:  # all that it was for has been taken away
        return INACTIVE
    return answer | {"jti": found.access.jti, "iat": found.access.claims["iat"]}


def _answer(service: ServiceRow, credential: Credential) -> Answer:
    scope = held_somewhere(credential, service.organizations_of(credential.row))
    credential.note_uses(scope)
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
