"""`POST /oauth/revoke`: who ends which access token, and that nobody learns whether there was one."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from robots.jobs.purges import forget_secrets
from robots.models import RevokedAccessToken, Token
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast
from tests.front import Answer, basic
from tests.robots.verifiers.oauth.asking import (
    access_token,
    introspect,
    login,
    post,
    proof,
    register,
    signed,
)


def revoke(authorization: str | None, token: str) -> Answer:
    return post("revoke", {"token": token}, authorization)


def is_done(answer: Answer) -> bool:
    """The one answer to what was ended, what could not be, and what there never was."""
    return (answer.status, answer.body) == (200, b"")


def test_the_service_that_it_is_for_ends_it(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token, other = access_token(cast), access_token(cast)
    assert is_done(revoke(authorization, token))
    assert introspect(authorization, token) == {"active": False}
    assert introspect(authorization, other)["active"] is True
    assert introspect(authorization, cast.secret)["active"] is True
    assert is_done(revoke(authorization, token))
    assert RevokedAccessToken.objects.count() == 1


def test_the_robot_ends_its_own_with_any_of_its_tokens(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    for secret in (cast.secret, signed(cast)):
        token = access_token(cast)
        assert is_done(revoke(login(cast, secret), token))
        assert introspect(authorization, token) == {"active": False}


def test_in_the_body_too(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token = access_token(cast)
    client = {"client_id": str(cast.token.uuid), "client_secret": cast.secret}
    assert is_done(post("revoke", {"token": token, "token_type_hint": "access_token"} | client))
    assert introspect(authorization, token) == {"active": False}


def test_nobody_else_ends_it_or_learns_of_it(cast: Cast) -> None:
    service = register(cast, cast.organization)
    second = register(cast, cast.organization, name="second", audience="")
    foreign = register(cast, cast.other_organization)
    authorization = proof(cast, service)
    token = access_token(cast, audience="acme/api")
    minted = create_token(
        actor=cast.owner, robot=cast.organization_robot, name="other", kind="compact"
    )
    others = (
        proof(cast, second),
        proof(cast, foreign),
        basic(cast.other_robot.login_name, cast.other_minted.plaintext.reveal()),
        basic(cast.organization_robot.login_name, minted.plaintext.reveal()),
    )
    for other in others:
        assert is_done(revoke(other, token))
    assert introspect(authorization, token)["active"] is True
    assert not RevokedAccessToken.objects.exists()


@pytest.mark.parametrize("token", ["x", "a.b.c", "rbt_" + "0" * 42, "eyJ0eXAiOiJhdCtqd3QifQ.e30.x"])
def test_what_is_no_token_is_answered_alike(cast: Cast, token: str) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    assert is_done(revoke(authorization, token))
    assert is_done(revoke(login(cast), token))


@pytest.mark.parametrize("kind", ["compact", "signed"])
def test_what_an_admin_sees_is_not_ended_here(cast: Cast, kind: str) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token = cast.secret if kind == "compact" else signed(cast)
    for client in (authorization, login(cast)):
        answer = revoke(client, token)
        assert (answer.status, answer.json["error"]) == (400, "unsupported_token_type")
    assert not Token.objects.exclude(revoked_at=None).exists()


def test_without_credentials_nothing_ends(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token = access_token(cast)
    for wrong in (None, login(cast, cast.secret[:-1]), f"Bearer {token}", f"Bearer {cast.secret}"):
        answer = revoke(wrong, token)
        assert (answer.status, answer.json["error"]) == (401, "invalid_client")
    assert post("revoke", {}, authorization).json["error"] == "invalid_request"
    assert introspect(authorization, token)["active"] is True


def test_it_is_remembered_until_it_would_have_expired(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token = access_token(cast)
    revoke(authorization, token)
    forget_secrets()
    assert introspect(authorization, token) == {"active": False}
    with time_machine.travel(timezone.now() + timedelta(seconds=901), tick=False):
        forget_secrets()
        assert not RevokedAccessToken.objects.exists()
        assert introspect(authorization, token) == {"active": False}
        assert is_done(revoke(authorization, token))
        assert not RevokedAccessToken.objects.exists()
