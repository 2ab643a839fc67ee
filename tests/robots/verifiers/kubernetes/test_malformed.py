"""What is no TokenReview that can be read in one way only is 400, and says what was expected."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import Cast
from tests.front import Answer
from tests.interop.api_server import token_review
from tests.robots.verifiers.kubernetes.asking import VERSION, post, reviewed

GOOD = token_review("rbt_x")
KIND = "kind has to be TokenReview"
OLDER = "; start the API server with --authentication-token-webhook-version=v1"
ANY_VERSION = f"apiVersion has to be {VERSION}"
UNREADABLE = "the body is no JSON that can be read in one way only"
TOKEN = "spec.token has to be the token as text"
AUDIENCES = "spec.audiences has to be a list of texts"


def changed(**members: object) -> bytes:
    """A good one with other members; of those that are `None`, without them."""
    document = {name: value for name, value in (GOOD | members).items() if value is not None}
    return json.dumps(document).encode()


def spec(**members: object) -> bytes:
    return changed(spec=members)


BODIES: Mapping[str, tuple[bytes, str]] = {
    "nothing": (b"", UNREADABLE),
    "no JSON": (b"{", UNREADABLE),
    "two": (json.dumps(GOOD).encode() * 2, UNREADABLE),
    "a form": (b"token=x", UNREADABLE),
    "not UTF-8": (json.dumps(GOOD).encode("utf-16"), UNREADABLE),
    "a mark before it": (b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), UNREADABLE),
    "deep": (b"[" * 60_000, UNREADABLE),
    "deep and whole": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, UNREADABLE),
    "a long number": (changed(metadata=1).replace(b"1,", b"1" * 5000 + b","), UNREADABLE),
    "no number": (changed(metadata=float("nan")), UNREADABLE),
    "a name twice": (changed().replace(b'{"token"', b'{"token": "y", "token"'), UNREADABLE),
    "a name twice elsewhere": (b'{"x": {"a": 1, "a": 1}, ' + changed()[1:], UNREADABLE),
    "a list": (b"[]", "the body is no object"),
    "null": (b"null", "the body is no object"),
    "no kind": (changed(kind=None), KIND),
    "another kind": (changed(kind="SubjectAccessReview"), KIND),
    "a kind in small letters": (changed(kind="tokenreview"), KIND),
    "no version": (changed(apiVersion=None), ANY_VERSION),
    "another version": (changed(apiVersion="authentication.k8s.io/v2"), ANY_VERSION),
    "no group": (changed(apiVersion="v1"), ANY_VERSION),
    "a version that is no text": (changed(apiVersion=["v1"]), ANY_VERSION),
    "the version before": (
        changed(apiVersion="authentication.k8s.io/v1beta1"),
        ANY_VERSION + OLDER,
    ),
    "no spec": (changed(spec=None), "spec is missing"),
    "a spec that is no object": (changed(spec=["token"]), "spec is missing"),
    "no token": (spec(), TOKEN),
    "an empty token": (spec(token=""), TOKEN),
    "a token that is null": (spec(token=None), TOKEN),
    "a token that is no text": (spec(token=7), TOKEN),
    "two tokens": (spec(token=["a", "b"]), TOKEN),
    "half a character": (spec(token="rbt_\ud800"), TOKEN),
    "a NUL": (spec(token="rbt_\0"), TOKEN),
    "an end of line": (spec(token="rbt_x\n"), TOKEN),
    "an audience that is no list": (spec(token="x", audiences="a"), AUDIENCES),
    "audiences by name": (spec(token="x", audiences={"a": 1}), AUDIENCES),
    "an audience that is no text": (spec(token="x", audiences=["a", 1]), AUDIENCES),
    "half a character of an audience": (spec(token="x", audiences=["\udfff"]), AUDIENCES),
}


def bad(answer: Answer, message: str) -> bool:
    expected: dict[str, Any] = {"apiVersion": "v1", "kind": "Status", "status": "Failure"}
    expected |= {"message": message, "reason": "BadRequest", "code": 400}
    return (answer.status, answer.json) == (400, expected)


@pytest.mark.parametrize("what", BODIES)
def test_it_is_400_and_says_why(cluster: str, what: str) -> None:
    body, message = BODIES[what]
    assert bad(post(body, cluster), message)


@pytest.mark.parametrize("kind", ["", "text/plain", "application/vnd.kubernetes.protobuf"])
def test_another_kind_of_body(cluster: str, kind: str) -> None:
    answer = post(GOOD, cluster, CONTENT_TYPE=kind)
    assert bad(answer, "the body has to be application/json")


@pytest.mark.parametrize(
    "document",
    [
        token_review("", ()) | {"metadata": {"name": "x"}, "more": [1, {"a": None}]},
        {"spec": {}, "kind": "TokenReview", "apiVersion": VERSION},
        token_review("", ()) | {"metadata": {}, "status": {"authenticated": True}},
    ],
    ids=["more than is needed", "less", "it says that it is let in"],
)
def test_what_is_not_needed_is_passed_over(cast: Cast, cluster: str, document: Any) -> None:
    for token, known in ((cast.secret, True), ("x", False)):
        sent = document | {"spec": {"token": token, "audiences": None}}
        answer = post(sent, cluster, CONTENT_TYPE="Application/JSON; charset=utf-8")
        assert answer.json["status"]["authenticated"] is known


def test_the_token_goes_nowhere(cast: Cast, cluster: str) -> None:
    """Neither back nor, by what was refused, into a message."""
    for document in (
        token_review(cast.secret),
        token_review("rbt_very\0secret"),
        spec(token=["rbt_very"]),
    ):
        assert b"rbt_" not in post(document, cluster).body
    assert reviewed(cluster, "rbt_" + "b" * 42)["authenticated"] is False
