"""Tokens of other issuers that let nobody in, each wrong in one way, and requests that are no exchange."""

import time
from typing import Any

import pytest

from console.models import Event
from tests.conftest import Cast
from tests.front import basic
from tests.robots.trusts.foreign import (
    EXCHANGE,
    UNTRUSTED,
    Issuer,
    exchange,
    exchanged,
    trusting,
    words,
)
from tests.robots.verifiers.oauth.asking import fault, post

WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "https://ci.example.com/"},
    "issuer in capitals": {"iss": "https://CI.example.com"},
    "no issuer": {"iss": None},
    "issuer of another type": {"iss": ["https://ci.example.com"]},
    "no audience": {"aud": None},
    "other audience": {"aud": "https://other.example.com"},
    "two audiences": {"aud": ["a", "b"]},
    "audiences with a number": {"aud": [7]},
    "no subject": {"sub": None},
    "other subject": {"sub": "project:77"},
    "beginning of the subject": {"sub": "project:"},
    "subject and more": {"sub": "project:7:admin"},
    "subject with a line end": {"sub": "project:7\n"},
    "subject in capitals": {"sub": "Project:7"},
    "subject in another alphabet": {"sub": "proj\u0435ct:7"},
    "subject as a list": {"sub": ["project:7"]},
    "subject as an object": {"sub": {"project": 7}},
    "jti as a number": {"jti": 7},
    "empty jti": {"jti": ""},
    "no end": {"exp": None},
    "end as text": {"exp": "2099"},
    "end as true": {"exp": True},
    "end as a list": {"exp": [1]},
    "end that is over": {"exp": 1},
    "end beyond all time": {"exp": 1e300},
    "negative end": {"exp": -1},
    "iat as text": {"iat": "now"},
}


@pytest.mark.parametrize("wrong", WRONG_CLAIMS)
def test_a_wrong_claim_lets_nobody_in(cast: Cast, signer: Issuer, wrong: str) -> None:
    trust = trusting(cast, signer)
    said = {"aud": trust.audience} | WRONG_CLAIMS[wrong]
    answer = exchange(signer.token(said.pop("aud"), **said))
    assert fault(answer) == (400, "invalid_request")
    assert not Event.objects.filter(action="trust:used").exists()


@pytest.mark.parametrize(
    ("moved", "seconds"),
    [("iat", 120), ("nbf", 120), ("exp", -120), ("exp", 25 * 3600)],
)
def test_a_wrong_time_lets_nobody_in(cast: Cast, signer: Issuer, moved: str, seconds: int) -> None:
    trust = trusting(cast, signer)
    answer = exchange(signer.token(trust.audience, **{moved: int(time.time()) + seconds}))
    assert fault(answer) == (400, "invalid_request")
    assert words(answer).startswith("the token does not count now: ")


@pytest.mark.parametrize(("moved", "seconds"), [("iat", 30), ("nbf", 30), ("exp", -30)])
def test_clocks_may_differ_a_little(cast: Cast, signer: Issuer, moved: str, seconds: int) -> None:
    trust = trusting(cast, signer)
    exchanged(signer.token(trust.audience, **{moved: int(time.time()) + seconds}))


def test_a_foreign_key_signs_for_nobody(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    answer = exchange(Issuer().token(trust.audience))
    assert (fault(answer), words(answer)) == ((400, "invalid_request"), UNTRUSTED)


def test_whoever_is_not_trusted_learns_nothing(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    strangers = [
        Issuer().token(trust.audience),
        Issuer().token(trust.audience, sub="project:8"),
        Issuer("https://other.example.com").token(trust.audience),
        signer.token("https://other.example.com"),
    ]
    assert {exchange(token).body for token in strangers} == {exchange(strangers[0]).body}


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://evil.example.com"},
        {"x5u": "https://evil.example.com"},
        {"jwk": {"kty": "oct", "k": "YQ"}},
        {"x5c": ["MII"]},
        {"kid": "two"},
    ],
)
def test_a_token_does_not_say_how_it_is_checked(
    cast: Cast, signer: Issuer, header: dict[str, Any]
) -> None:
    trust = trusting(cast, signer)
    assert exchange(signer.token(trust.audience, header)).status == 400


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
        ({"requested_token_type": "urn:x"}, "invalid_request"),
        ({"actor_token": "x"}, "invalid_request"),
        ({"client_secret": "x"}, "invalid_request"),
        ({"subject_token": "x" * 20_000}, "invalid_request"),
        ({"subject_token": "a.b"}, "invalid_request"),
        ({"subject_token": "a.b.c"}, "invalid_request"),
        ({"subject_token": "bnVsbA.bnVsbA.AA"}, "invalid_request"),
        ({"audience": "a", "resource": "b"}, "invalid_target"),
    ],
)
def test_what_is_no_such_exchange_is_refused_in_words(
    cast: Cast, signer: Issuer, fields: dict[str, str], error: str
) -> None:
    trust = trusting(cast, signer)
    sent = EXCHANGE | {"subject_token": signer.token(trust.audience)} | fields
    answer = post("token", sent)
    assert fault(answer) == (400, error)
    assert words(answer)


def test_other_credentials_beside_it_are_refused(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    sent = EXCHANGE | {"audience": "registry", "subject_token": signer.token(trust.audience)}
    login = basic(cast.robot.login_name, cast.secret)
    assert fault(post("token", sent, login)) == (400, "invalid_request")
