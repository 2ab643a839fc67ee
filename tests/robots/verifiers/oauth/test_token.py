"""`POST /oauth/token`: who gets an access token, for whom, with which scope, and what is in it."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet

from console.minted_secrets import Plaintext
from robots.models import Robot, Token, Usage
from robots.tokens.services.tokens import create_personal_token, create_token
from robots.usage import flush
from robots.verifiers import published_keys
from tests.conftest import Cast
from tests.front import Answer, ask, basic
from tests.robots.verifiers.oauth.asking import (
    API,
    GRANT,
    ORIGIN,
    access_token,
    claims,
    fault,
    login,
    post,
    register,
    request,
)

OWN = "Sommer+2026%21&x"


def test_a_token_is_signed_as_rfc_9068_says(cast: Cast) -> None:
    register(cast, cast.organization)
    published_keys.published.forget()
    answer = request(cast, audience=API, scope="artifact:pull")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    keys = KeySet.import_key_set(ask("/.well-known/jwks.json").json)
    token = jwt.decode(answer.json["access_token"], keys, algorithms=["ES256"])
    assert token.header.keys() == {"alg", "typ", "kid"}
    assert token.header["typ"] == "at+jwt"
    known = token.claims
    assert {name: known[name] for name in ("iss", "sub", "aud", "scope", "organization")} == {
        "iss": ORIGIN,
        "sub": f"robot|{cast.robot.uuid}",
        "aud": API,
        "scope": "artifact:pull",
        "organization": "acme",
    }
    assert known["robot"] == cast.robot.login_name
    assert known["client_id"] == known["roster_token"] == str(cast.token.uuid)
    assert known["exp"] - known["iat"] == answer.json["expires_in"] == 900
    assert (answer.json["token_type"], answer.json["scope"]) == ("Bearer", "artifact:pull")


def test_no_two_tokens_are_alike(cast: Cast) -> None:
    register(cast, cast.organization)
    assert claims(access_token(cast))["jti"] != claims(access_token(cast))["jti"]


@pytest.mark.parametrize("shorter", [Token, Robot])
def test_it_never_outlives_the_robot_and_its_token(
    cast: Cast, settings: Any, shorter: type[Token] | type[Robot]
) -> None:
    register(cast, cast.organization)
    settings.ROSTER_ACCESS_TOKEN_SECONDS = 3600
    assert request(cast).json["expires_in"] == 3600
    end = timezone.now() + timedelta(minutes=2)
    shorter.objects.update(expires_at=end)
    assert claims(access_token(cast))["exp"] == int(end.timestamp())


def ways(cast: Cast) -> dict[str, Answer]:
    """How clients send their credentials."""
    name, access_id, secret = cast.robot.login_name, str(cast.token.uuid), cast.secret
    return {
        "login name": post("token", GRANT, basic(name, secret)),
        "encoded login name": post("token", GRANT, basic(quote(name, safe=""), secret)),
        "access ID": post("token", GRANT, basic(access_id, secret)),
        "body": post("token", GRANT | {"client_id": access_id, "client_secret": secret}),
        "body with the login name": post(
            "token", GRANT | {"client_id": name, "client_secret": secret}
        ),
        "name in both": post("token", GRANT | {"client_id": name}, basic(name, secret)),
    }


def test_a_client_proves_itself_in_the_header_or_in_the_body(
    cast: Cast, subtests: pytest.Subtests
) -> None:
    register(cast, cast.organization)
    for way, answer in ways(cast).items():
        with subtests.test(way):
            assert answer.status == 200


@pytest.mark.parametrize("written", [OWN, quote_plus(OWN)])
def test_an_own_secret_comes_as_it_is_or_encoded(cast: Cast, written: str) -> None:
    register(cast, cast.organization)
    create_token(actor=cast.owner, robot=cast.robot, name="own", own=Plaintext(OWN))
    assert post("token", GRANT, login(cast, written)).status == 200


def test_an_own_secret_that_looks_encoded_locks_nobody_out(cast: Cast) -> None:
    """As it is decoded it is wrong, and after ten wrong ones there are no more tries."""
    register(cast, cast.organization)
    own = "Sommer-2026%21xyz"
    create_token(actor=cast.owner, robot=cast.robot, name="own", own=Plaintext(own))
    assert [post("token", GRANT, login(cast, own)).status for _ in range(12)] == [200] * 12


def test_both_ways_at_once_are_refused(cast: Cast) -> None:
    register(cast, cast.organization)
    more = {"client_id": cast.robot.login_name, "client_secret": cast.secret}
    assert fault(post("token", GRANT | more, login(cast))) == (400, "invalid_request")
    other = {"client_id": "another"}
    assert fault(post("token", GRANT | other, login(cast))) == (400, "invalid_request")


@pytest.mark.parametrize(
    "authorization", [None, "Basic !", "Bearer abc", basic("robot_acme.payments+ci", "x" * 46)]
)
def test_wrong_credentials_are_401_and_say_nothing_more(
    cast: Cast, authorization: str | None
) -> None:
    register(cast, cast.organization)
    answer = post("token", GRANT, authorization)
    assert fault(answer) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_a_bearer_is_no_client(cast: Cast) -> None:
    register(cast, cast.organization)
    assert fault(post("token", GRANT, f"Bearer {cast.secret}")) == (401, "invalid_client")
    assert fault(post("token", GRANT | {"client_secret": cast.secret})) == (401, "invalid_client")


def test_people_get_none(cast: Cast) -> None:
    register(cast, None)
    minted = create_personal_token(actor=cast.owner, name="laptop", kind="compact")
    authorization = basic(str(minted.token.uuid), minted.plaintext.reveal())
    assert fault(post("token", GRANT, authorization)) == (400, "unauthorized_client")


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        (None, "invalid_request"),
        ("", "invalid_request"),
        ("password", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type"),
    ],
)
def test_other_grants_are_refused(cast: Cast, grant: str | None, error: str) -> None:
    register(cast, cast.organization)
    fields = {} if grant is None else {"grant_type": grant}
    assert fault(post("token", fields, login(cast))) == (400, error)


@pytest.mark.parametrize(
    "more",
    [
        [("grant_type", "client_credentials")],
        [("scope", "artifact:pull"), ("scope", "artifact:push")],
        [("audience", API), ("audience", API)],
        [("resource", API), ("resource", API)],
        [("audience", "a\0b")],
    ],
)
def test_what_comes_twice_or_cannot_be_read_is_refused(
    cast: Cast, more: list[tuple[str, str]]
) -> None:
    register(cast, cast.organization)
    answer = post("token", [*GRANT.items(), *more], login(cast))
    assert fault(answer) == (400, "invalid_request")


def test_parameters_come_as_a_form_in_the_body_alone(cast: Cast) -> None:
    register(cast, cast.organization)
    query = post("token?audience=acme/api", GRANT, login(cast))
    assert fault(query) == (400, "invalid_request")
    other = post("token", GRANT, login(cast), CONTENT_TYPE="application/json")
    assert fault(other) == (400, "invalid_request")
    assert ask("/oauth/token", authorization=login(cast)).status == 405


def test_use_is_counted(cast: Cast) -> None:
    register(cast, cast.organization)
    assert request(cast).status == 200
    assert post("token", GRANT, login(cast, cast.secret[:-1])).status == 401
    assert flush.flush()
    assert Usage.objects.get(verifier="oauth", outcome="accepted").token == cast.token
