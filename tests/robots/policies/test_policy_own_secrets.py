"""Where own secrets are not allowed, none begins and none is given more time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from console.minted_secrets import Plaintext
from robots.accounts.services.expiry import extend_robot
from robots.models import Robot, Secret, Token, TokenPolicy
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.secrets import refresh_token, rotate_token
from robots.tokens.services.tokens import create_token
from tests.actors import events_written
from tests.conftest import Cast

OWN: dict[str, Any] = {"kind": "own", "own": Plaintext("Correct-horse-9-battery")}


@pytest.fixture(autouse=True)
def policy(cast: Cast) -> TokenPolicy:
    return TokenPolicy.objects.create(organization=cast.organization, own_secrets_allowed=False)


def create(cast: Cast) -> object:
    return create_token(actor=cast.owner, robot=cast.robot, name="own", **OWN)


def rotate(cast: Cast) -> object:
    known = cast.minted.secret.pk
    return rotate_token(actor=cast.owner, token=cast.token, current=known, **OWN)


def refresh(cast: Cast) -> object:
    known = cast.minted.secret.pk
    return refresh_token(actor=cast.owner, token=cast.token, current=known, **OWN)


@pytest.mark.parametrize("act", [create, rotate, refresh])
def test_no_own_secret_is_made(cast: Cast, act: Callable[[Cast], object]) -> None:
    with events_written() as events, pytest.raises(ValidationError) as refused:
        act(cast)
    assert refused.value.message_dict == {"own_secret": ["Own secrets are not allowed."]}
    assert (events, Secret.objects.filter(kind="own").count()) == ([], 0)


@pytest.mark.parametrize("is_over", [False, True])
def test_a_token_with_one_gets_no_new_end_while_that_works(cast: Cast, is_over: bool) -> None:
    """An own secret that goes on for a moment counts; one that has ended does not."""
    now = timezone.now()
    Secret.objects.create(
        token=cast.token,
        kind="own",
        argon2_hash="x",
        root_number=1,
        created_by="x",
        ends_at=now + timedelta(hours=-1 if is_over else 1),
    )
    end = now + timedelta(days=3)
    if is_over:
        assert change_token_expiry(actor=cast.owner, token=cast.token, expires_at=end)
        return
    with pytest.raises(ValidationError, match="Own secrets are not allowed"):
        change_token_expiry(actor=cast.owner, token=cast.token, expires_at=end)
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=end)
    with pytest.raises(ValidationError, match="Own secrets are not allowed"):
        extend_robot(actor=cast.owner, robot=cast.robot, expires_at=None)
    assert Token.objects.get(pk=cast.token.pk).renewed_at is None
