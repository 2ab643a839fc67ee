"""V9: tokens that are believed by their signature."""

import time

import pytest
from django.core.exceptions import ValidationError

from robots.models import SigningKey
from robots.secrets import signing_keys
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import basic
from tests.robots.trusts.foreign import Issuer, exchange, trusting
from tests.robots.verifiers.asking import OWN, claims, get
from tests.robots.verifiers.bad_tokens import corpus
from tests.robots.verifiers.oauth.asking import API, ORIGIN, access_token, register


def status(token: str) -> int:
    answer = browser().get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
    return int(answer.status_code)


def bad(cast: Cast) -> dict[str, str]:
    """A good access token for the API made wrong in every way; the good one is under its own name."""
    token = access_token(cast, audience=ORIGIN)
    kid = signing_keys.current(SigningKey.Purpose.ACCESS_TOKENS).signer.kid
    public = SigningKey.objects.get(kid=kid).public_pem.encode()
    return corpus(token, public) | {"good": token}


def test_a_token_counts_only_with_its_signature(cast: Cast) -> None:
    """V9.1.1: without it, with another's, cut, or with one claim changed it is nobody's."""
    found = bad(cast)
    assert status(found["good"]) == 200
    for name in ("no signature", "no last dot", "cut by one", "scope 'x'", "sub 'x'", "exp 1e+308"):
        assert status(found[name]) == 401, name


def test_a_token_counts_only_with_the_algorithm_that_is_meant(cast: Cast) -> None:
    """V9.1.2: neither none, nor a shared key made of the public one, nor another asymmetric one."""
    found = bad(cast)
    for name, token in found.items():
        if name.startswith(("alg ", "HS256 ")) and not name.startswith("alg 'ES256'"):
            assert status(token) == 401, name


def test_a_token_does_not_bring_its_own_key(cast: Cast, signer: Issuer) -> None:
    """V9.1.3: what its header says about keys, or where they are, is refused also where it is signed."""
    trust, foreign = trusting(cast, signer), Issuer()
    led = {"jku": "https://evil.example/k", "x5u": "https://evil.example/x", "x5c": ["MIIB"]}
    for name, value in (led | {"jwk": foreign.key.as_dict(private=False)}).items():
        assert exchange(foreign.token(trust.audience, {name: value})).status == 400, name
    found = bad(cast)
    for name in ("jku", "x5u", "x5c", "jwk", "crit"):
        assert status(found[name]) == 401, name


@pytest.mark.parametrize("wrong", [{"exp": -120}, {"nbf": 120}, {"iat": 120}])
def test_a_token_counts_only_in_its_time(cast: Cast, signer: Issuer, wrong: dict[str, int]) -> None:
    """V9.2.1: neither before, nor after, nor without an end."""
    trust, now = trusting(cast, signer), int(time.time())
    moved = {name: now + seconds for name, seconds in wrong.items()}
    assert exchange(signer.token(trust.audience, **moved)).status == 400
    assert exchange(signer.token(trust.audience, exp=None)).status == 400
    assert exchange(signer.token(trust.audience)).status == 200


def test_a_token_counts_only_for_what_it_was_made_for(cast: Cast) -> None:
    """V9.2.2: a registry's token opens nothing here, and an access token is no client's secret."""
    assert status(get(cast, f"{OWN}:pull").json["token"]) == 401
    found = bad(cast)
    for name in ("typ 'JWT'", "typ ''", "no typ"):
        assert status(found[name]) == 401, name


def test_a_token_counts_only_where_it_was_meant_for(cast: Cast) -> None:
    """V9.2.3: one for a resource server is refused by the API, and the other way round."""
    register(cast, cast.organization)
    assert status(access_token(cast, audience=API)) == 401
    assert status(access_token(cast, audience=ORIGIN)) == 200
    refused = get(cast, f"{OWN}:pull", HTTP_AUTHORIZATION=basic("x", access_token(cast)))
    assert refused.status == 401


def test_tokens_say_whom_they_are_for(cast: Cast) -> None:
    """V9.2.4: each has one audience, which nobody else of the organization or the site can take."""
    register(cast, cast.organization)
    for token in (get(cast, f"{OWN}:pull"),):
        assert isinstance(claims(token)["aud"], str)
    for organization, audience in (
        (cast.organization, API),
        (cast.organization, ORIGIN),
        (None, ORIGIN),
    ):
        with pytest.raises(ValidationError):
            register(cast, organization, name="second", audience=audience)
