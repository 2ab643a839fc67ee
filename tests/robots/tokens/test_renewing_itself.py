"""A robot renews the token that it came with by a right of its own, which reaches no other token."""

from typing import Any

from console.permissions.vocabulary import Permission
from robots.models import Robot, Token
from tests.actors import holder
from tests.api.callers import bearer, token_of
from tests.conftest import Cast

RENEW = "/api/v1/me/token/rotation/"
COMPACT: dict[str, Any] = {"data": {"kind": "compact"}, "content_type": "application/json"}
LEAST = (Permission.ARTIFACT_PULL, Permission.TOKEN_RENEW_SELF)


def rotation_of(robot: Robot, token: Token) -> str:
    return f"/api/v1/organizations/acme/robots/{robot.uuid}/tokens/{token.uuid}/rotation/"


def test_it_takes_that_permission_and_no_other(cast: Cast) -> None:
    _, secret = token_of(holder(cast.organization, *LEAST))
    answer = bearer(secret).post(RENEW, **COMPACT)
    assert answer.status_code == 201, answer.content
    again = bearer(answer.json()["secret"]).get("/api/v1/me/token/")
    assert again.status_code == 200


def test_it_reaches_no_other_token(cast: Cast) -> None:
    """Neither one of another robot nor another of its own, however it is asked for."""
    everything = (*LEAST, Permission.ROBOT_READ, Permission.TOKEN_READ)
    robot, other = holder(cast.organization, *everything), holder(cast.organization, *LEAST)
    _, secret = token_of(robot)
    for whose in (robot, other):
        answer = bearer(secret).post(rotation_of(whose, token_of(whose)[0]), **COMPACT)
        assert answer.status_code == 403
        assert "token:rotate" in answer.content.decode()


def test_without_it_the_refusal_names_it(cast: Cast) -> None:
    _, secret = token_of(holder(cast.organization, Permission.ARTIFACT_PULL))
    answer = bearer(secret).post(RENEW, **COMPACT)
    assert answer.status_code == 403
    assert "token:renew-self" in answer.content.decode()


def test_a_token_that_was_narrowed_without_it_does_not_renew_itself(cast: Cast) -> None:
    robot = holder(cast.organization, *LEAST)
    for kept, status in ({Permission.ARTIFACT_PULL}, 403), (set(LEAST), 201):
        _, secret = token_of(robot, permissions=frozenset(kept))
        assert bearer(secret).post(RENEW, **COMPACT).status_code == status


def test_a_secret_that_has_a_successor_renews_nothing(cast: Cast) -> None:
    _, secret = token_of(holder(cast.organization, *LEAST))
    assert bearer(secret).post(RENEW, **COMPACT).status_code == 201
    assert bearer(secret).post(RENEW, **COMPACT).status_code == 403
