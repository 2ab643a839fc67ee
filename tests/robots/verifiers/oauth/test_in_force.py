"""Whatever ends a token ends it for resource servers with the next request: nothing is remembered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from console.audit.recording import OPERATOR
from console.models import ServiceSecret
from console.services.services import create_service_secret, delete_service
from robots.accounts.services.robots import delete_robot, disable_robot, enable_robot
from robots.models import Robot, Secret, SigningKey, Token
from robots.secrets import key_changes
from robots.tokens.services.secrets import refresh_token
from robots.tokens.services.suspension import disable_token, enable_token
from robots.tokens.services.tokens import delete_token
from tests.conftest import Cast
from tests.robots.verifiers.oauth.asking import (
    access_token,
    claims,
    introspect,
    login,
    post,
    proof,
    register,
)

INACTIVE = {"active": False}


def past() -> Any:
    return timezone.now() - timedelta(seconds=1)


# What is done, and what undoes it where something does.
ENDS: dict[str, tuple[Callable[[Cast], Any], Callable[[Cast], Any] | None]] = {
    "token deleted": (lambda cast: delete_token(actor=cast.owner, token=cast.token), None),
    "token blocked": (
        lambda _: Token.objects.update(blocked_at=past()),
        lambda _: Token.objects.update(blocked_at=None),
    ),
    "token disabled": (
        lambda cast: disable_token(actor=cast.owner, token=cast.token),
        lambda cast: enable_token(actor=cast.owner, token=cast.token),
    ),
    "token expired": (
        lambda _: Token.objects.update(expires_at=past()),
        lambda _: Token.objects.update(expires_at=None),
    ),
    "secret ended": (
        lambda cast: refresh_token(
            actor=cast.owner, token=cast.token, current=cast.minted.secret.pk, kind="compact"
        ),
        None,
    ),
    "robot disabled": (
        lambda cast: disable_robot(actor=cast.owner, robot=cast.robot),
        lambda cast: enable_robot(actor=cast.owner, robot=cast.robot),
    ),
    "robot expired": (
        lambda _: Robot.objects.update(expires_at=past()),
        lambda _: Robot.objects.update(expires_at=None),
    ),
    "robot deleted": (lambda cast: delete_robot(actor=cast.owner, robot=cast.robot), None),
    "rows gone": (lambda _: Secret.objects.all().delete(), None),
    "token limited to networks": (
        lambda _: Token.objects.update(addresses="192.0.2.0/24"),
        lambda _: Token.objects.update(addresses=""),
    ),
    "robot limited to networks": (
        lambda _: Robot.objects.update(addresses="192.0.2.0/24"),
        lambda _: Robot.objects.update(addresses=""),
    ),
}


@pytest.mark.parametrize("what", ENDS)
def test_it_ends_with_the_next_request(cast: Cast, what: str) -> None:
    end, undo = ENDS[what]
    authorization = proof(cast, register(cast, cast.organization))
    tokens = (access_token(cast), cast.secret)
    assert [introspect(authorization, it)["active"] for it in tokens] == [True, True]
    end(cast)
    assert [introspect(authorization, it) for it in tokens] == [INACTIVE, INACTIVE]
    if undo:
        undo(cast)
        assert [introspect(authorization, it)["active"] for it in tokens] == [True, True]


@pytest.mark.parametrize("limited", [Token, Robot])
def test_where_the_service_is_exempt_networks_do_not_count(
    cast: Cast, limited: type[Token] | type[Robot]
) -> None:
    service = register(cast, cast.organization, exempt_from_addresses=True)
    authorization, token = proof(cast, service), access_token(cast)
    limited.objects.update(addresses="198.51.100.0/24")
    assert [introspect(authorization, it)["active"] for it in (token, cast.secret)] == [True, True]
    # Whoever asks for a token is seen.
    asked = post("token", {"grant_type": "client_credentials"}, login(cast))
    assert asked.status == 401


def test_an_access_token_ends_by_itself(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token = access_token(cast)
    end = claims(token)["exp"]
    with time_machine.travel(end - 1, tick=False):
        assert introspect(authorization, token)["active"] is True
    with time_machine.travel(end, tick=False):
        assert introspect(authorization, token) == INACTIVE
        assert introspect(authorization, cast.secret)["active"] is True


def test_a_withdrawn_key_ends_all_that_it_signed(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token = access_token(cast)
    signing = SigningKey.objects.get(purpose="access-tokens", state="current")
    key_changes.withdraw(signing.kid, actor=OPERATOR)
    assert introspect(authorization, token) == INACTIVE
    assert introspect(authorization, access_token(cast))["active"] is True


def test_a_retired_key_is_still_believed(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token = access_token(cast)
    key_changes.rotate("access-tokens", actor=OPERATOR, unannounced=True)
    assert introspect(authorization, token)["active"] is True
    assert introspect(authorization, access_token(cast))["active"] is True


def test_a_service_that_was_deleted_knows_nothing(cast: Cast) -> None:
    service = register(cast, cast.organization)
    authorization, token = proof(cast, service), access_token(cast)
    delete_service(actor=cast.owner, service=service)
    answer = post("introspect", {"token": token}, authorization)
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_a_services_secret_ends(cast: Cast) -> None:
    service = register(cast, cast.organization)
    older, newer = proof(cast, service), proof(cast, service)
    for authorization in (older, newer):
        assert introspect(authorization, cast.secret)["active"] is True
    create_service_secret(actor=cast.owner, service=service, overlap=timedelta(0))
    for authorization in (older, newer):
        assert post("introspect", {"token": cast.secret}, authorization).status == 401
    assert ServiceSecret.objects.live().count() == 1
