"""`/auth/verify` and `/auth/registry`: a proxy asks whether its client may, and passes that on.

200 is yes, 401 asks for credentials, 403 is no. Whatever goes wrong is 503 by the front: no proxy takes
that for a yes.
"""

from console.organizations.paths import place_target
from console.permissions.decision import Held, Target, decide
from console.serving.endpoints import (
    Basic,
    Bearer,
    FrontRequest,
    FrontResponse,
    Headers,
    Refused,
    challenge,
)
from robots.base.states import Refusal
from robots.usage.counters import Use
from robots.verifiers.credential import Credential
from robots.verifiers.forward_auth.proxies import denied
from robots.verifiers.forward_auth.questions import (
    Need,
    Question,
    read_question,
    registry_needs,
    verified_need,
)
from robots.verifiers.memory import Ends
from robots.verifiers.outcomes import Outcome, remembering
from robots.verifiers.presented import authenticate_at
from robots.verifiers.services import ServiceRow

VERIFIER = "forward-auth"
# Envoy asks with its client's own method.
ASKING = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DENIED = "the credentials are not valid"
NEEDED = "this needs credentials"
# Of a path where nothing is, or nothing that may be known: it is answered like one without grants.
NOWHERE = Target(0)
# What clients send who were asked for credentials and have none.
NOBODY = Basic("", "")


@remembering(*ASKING, for_proxies=True)
def verify(request: FrontRequest, ends: Ends) -> FrontResponse | Outcome:
    """Whether whoever asks the proxy holds one permission at one place."""
    question = read_question(request, ends, "permission", "resource")
    need = verified_need(question)
    credential = _credential(request, question, [need])
    if credential is None:
        raise _unauthorized(NEEDED)
    return _answer(question.service, credential, [need])


@remembering(*ASKING, for_proxies=True)
def registry(request: FrontRequest, ends: Ends) -> FrontResponse | Outcome:
    """Whether the proxy may pass its client's request on to a registry."""
    question = read_question(request, ends)
    needs = registry_needs(request, question)
    return _answer(question.service, _credential(request, question, needs), needs)


def _unauthorized(message: str) -> Refused:
    return Refused(401, "UNAUTHORIZED", message, challenge())


def _credential(request: FrontRequest, question: Question, needs: list[Need]) -> Credential | None:
    """Who asks; `None` for nobody. Whatever is wrong with credentials, the answer is the same."""
    match request.authorization:
        case None:
            return None
        case Basic(username, secret) as basic:
            if basic == NOBODY:
                return None
            return _authenticated(request, question, needs, username, secret)
        case Bearer(secret):
            return _authenticated(request, question, needs, None, secret)


def _authenticated(
    request: FrontRequest,
    question: Question,
    needs: list[Need],
    username: str | None,
    secret: str,
) -> Credential:
    place = needs[0].place if needs else ""
    use = Use.seen(VERIFIER, question.asked.address, request.header("User-Agent"), place)
    found = authenticate_at(question.service, username, secret, use)
    if isinstance(found, Refusal):
        raise _unauthorized(DENIED)
    return question.service.narrowed(found)


def _answer(
    service: ServiceRow, credential: Credential | None, needs: list[Need]
) -> FrontResponse | Outcome:
    _require(service, credential, needs)
    if credential is None:
        return FrontResponse(200, b"")
    response = FrontResponse(200, b"", _identity(credential))
    return Outcome(lambda: response, credential, service.chains)


def _require(service: ServiceRow, credential: Credential | None, needs: list[Need]) -> None:
    """Raises `Refused` unless all of it is held; without credentials, unless all of it is public."""
    places = {need.place: _holding(service, credential, need.place) for need in needs}
    holds = credential.decide if credential else decide
    decisions = []
    for need in needs:
        target, held = places[need.place]
        decisions.append(holds(held, need.permission, target))
    if credential is None and not (decisions and all(decisions)):
        raise _unauthorized(NEEDED)
    for decision in decisions:
        if not decision:
            raise denied(decision.reason)


def _holding(
    service: ServiceRow, credential: Credential | None, place: str
) -> tuple[Target, list[Held]]:
    """What is at `place` for the service to know, and what the credential holds there."""
    target, held = credential.on_place(place) if credential else (place_target(place), [])
    return (target, held) if target and service.covers(target) else (NOWHERE, [])


def _identity(credential: Credential) -> Headers:
    """Who it was, for what is behind the proxy. A person is no robot: then the token alone is named."""
    token = ("X-Roster-Token", str(credential.access_id))
    organization = credential.row.token__robot__organization__slug
    if organization is None:
        return (token,)
    return (
        ("X-Roster-Robot", credential.actor_label),
        ("X-Roster-Organization", organization),
        token,
    )
