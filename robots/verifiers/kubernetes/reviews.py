"""TokenReviews of authentication.k8s.io/v1 as clusters send and read them, and refusals in their words."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings

from console.serving.endpoints import (
    FrontRequest,
    FrontResponse,
    Refused,
    json_response,
)
from robots.verifiers.memory import Ends

GROUP, VERSION, KIND = "authentication.k8s.io", "v1", "TokenReview"
JSON = "application/json"
REASONS = {400: "BadRequest", 401: "Unauthorized"}
# What a JSON text ends in that is none, or that is nested too deeply.
UNREADABLE = (ValueError, RecursionError)
Members = dict[str, Any]
Found = TypeVar("Found")
# The schema wants `spec` to be there, and nobody reads it: the token does not go back.
ANSWER: Members = {"apiVersion": f"{GROUP}/{VERSION}", "kind": KIND, "spec": {"token": ""}}


@dataclass(frozen=True, slots=True)
class Review:
    """A token that somebody came to a cluster with, and for whom it has to be: one of them, if any."""

    token: str = field(repr=False)
    audiences: list[str]


def answering(
    call: Callable[[FrontRequest, Ends], Found],
) -> Callable[[FrontRequest, Ends], Found | FrontResponse]:
    """Refuse with a `Status`: clusters log its message."""

    def answer(request: FrontRequest, ends: Ends) -> Found | FrontResponse:
        try:
            return call(request, ends)
        except Refused as refused:
            return _refusal(refused)

    return answer


def reviewed(status: Members) -> FrontResponse:
    """A TokenReview with this status."""
    return json_response(200, ANSWER | {"status": status})


def _refusal(refused: Refused) -> FrontResponse:
    document = {
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "message": refused.message,
        "reason": REASONS[refused.status],
        "code": refused.status,
    }
    scheme = ("WWW-Authenticate", f'Bearer realm="{settings.ROSTER_ORIGIN}"')
    return json_response(refused.status, document, (scheme,) if refused.status == 401 else ())


def read_review(request: FrontRequest) -> Review:
    """The review in the body; of its members those that are not needed are passed over. Raises `Refused`."""
    if request.content_type != JSON:
        raise _bad(f"the body has to be {JSON}")
    document = _document(request.body)
    _require_kind(document)
    spec = document.get("spec")
    if not isinstance(spec, dict):
        raise _bad("spec is missing")
    audiences = spec.get("audiences")
    if audiences is None:
        audiences = []
    if not isinstance(audiences, list) or not all(map(_is_text, audiences)):
        raise _bad("spec.audiences has to be a list of texts")
    if not _is_text(spec.get("token")):
        raise _bad("spec.token has to be the token as text")
    return Review(spec["token"], audiences)


def _bad(message: str) -> Refused:
    return Refused(400, "DENIED", message)


def _document(body: bytes) -> Members:
    try:
        found = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except UNREADABLE as fault:
        raise _bad("the body is no JSON that can be read in one way only") from fault
    if not isinstance(found, dict):
        raise _bad("the body is no object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> Members:
    """An object whose names are each there once: of two, programs take one or the other."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name twice")
    return members


def _no_number(text: str) -> None:
    raise ValueError(text)


def _require_kind(document: Members) -> None:
    if document.get("kind") != KIND:
        raise _bad(f"kind has to be {KIND}")
    version = document.get("apiVersion")
    if version != f"{GROUP}/{VERSION}":
        hint = "; start the API server with --authentication-token-webhook-version=v1"
        is_older = version == f"{GROUP}/v1beta1"
        raise _bad(f"apiVersion has to be {GROUP}/{VERSION}{hint if is_older else ''}")


def _is_text(value: object) -> bool:
    """Whether it is a text that is not empty and has nothing in it that nobody can see."""
    return isinstance(value, str) and value != "" and value.isprintable()
