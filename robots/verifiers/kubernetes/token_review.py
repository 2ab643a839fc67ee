"""`POST /kubernetes/token-review`: an API server asks who comes with a token (webhook token authentication).

Whatever goes wrong is no 2xx, so nobody is let in. Why a token is refused, counters know and clusters do not.
"""

from functools import partial

from console.models import Service
from console.serving.endpoints import Bearer, FrontRequest, FrontResponse, Refused
from robots.base.states import Refusal
from robots.usage.counters import Use
from robots.verifiers.hot_queries import SecretRow
from robots.verifiers.kubernetes.reviews import Members, answering, read_review, reviewed
from robots.verifiers.kubernetes.users import user_info
from robots.verifiers.memory import Ends
from robots.verifiers.oauth.checking import check
from robots.verifiers.oauth.resources import audience_of
from robots.verifiers.outcomes import Outcome, remembering
from robots.verifiers.service_secrets import ServiceSecretRow, find_secret, note_asked
from robots.verifiers.services import ServiceRow

VERIFIER = "kubernetes"
DENIED = "this needs the secret of a cluster's service as bearer token"
# With an `error`, API servers do not remember it: what is allowed again counts from the next request on.
REFUSED: Members = {"authenticated": False, "error": "this token is not valid here"}


@remembering("POST")
@answering
def review(request: FrontRequest, ends: Ends) -> FrontResponse | Outcome:
    """Who comes with the token, for the cluster whose service proves itself."""
    secret = _cluster(request, ends)
    service = secret.service
    asked = read_review(request)
    use = Use.seen(VERIFIER, "", service.identifier)
    audiences = _audiences(service, asked.audiences)
    found = check(service, asked.token, use, partial(_fault, audiences))
    if found is None:
        return reviewed(REFUSED)
    said = {"audiences": audiences} if audiences else {}
    user = user_info(service, found.credential)
    response = reviewed({"authenticated": True, "user": user, **said})
    return Outcome(lambda: response, found.credential, service.chains, secret)


def _cluster(request: FrontRequest, ends: Ends) -> ServiceSecretRow:
    came = request.authorization
    row = find_secret(Service.Kind.CLUSTER, came.token, ends) if isinstance(came, Bearer) else None
    if row is None:
        raise Refused(401, "UNAUTHORIZED", DENIED)
    note_asked(row)
    return row


def _audiences(service: ServiceRow, asked: list[str]) -> list[str] | None:
    """Of those asked for the one that tokens here are for; `None` where it had to be among them and is not.

    A cluster without an audience of its own takes tokens for its API server, whatever that calls itself: this
    is what an answer without audiences means (authentication.k8s.io/v1).
    """
    own = audience_of(service)
    if own in asked:
        return [own]
    if not service.audience:
        return []
    return None if asked else [own]


def _fault(audiences: list[str] | None, row: SecretRow) -> Refusal | None:
    """Why a token that is in force is not good here: rights in a cluster are none that it is narrowed to."""
    if audiences is None:
        return Refusal.OTHER_AUDIENCE
    return None if row.token__permissions is None else Refusal.NARROWED
