"""An access token ends soon, and so does all that somebody has who found one."""

from typing import Any

import pytest

from console.models import ServiceSecret
from console.permissions.vocabulary import Permission
from robots.models import Secret
from tests.browsers import browser
from tests.conftest import Cast
from tests.robots.verifiers.oauth.asking import ORIGIN, access_token, register

EVERY = frozenset(Permission)
TOKENS = "/api/v1/organizations/acme/robots/{robot}/tokens/"
# What makes a secret: with the token itself each of them is answered with one.
MAKING: dict[str, tuple[str, dict[str, Any]]] = {
    "its own": ("/api/v1/me/token/rotation/", {}),
    "its own as an admin does": (TOKENS + "{token}/rotation/", {}),
    "another token's": (TOKENS, {"name": "kept"}),
    "a service's": ("/api/v1/organizations/acme/services/{service}/secrets/", {}),
}


def status(secret: str, path: str, body: dict[str, Any]) -> int:
    client = browser(headers={"Authorization": f"Bearer {secret}"})
    code: int = client.post(path, body, content_type="application/json").status_code
    return code


@pytest.mark.parametrize("what", MAKING)
def test_it_makes_no_secret_that_outlives_it(cast: Cast, what: str) -> None:
    cast.robot.grants.update(permissions=EVERY, project=None)
    type(cast.robot).objects.filter(pk=cast.robot.pk).update(project=None)
    service = register(cast, cast.organization)
    path, body = MAKING[what]
    path = path.format(robot=cast.robot.uuid, token=cast.token.uuid, service=service.uuid)
    token = access_token(cast, audience=ORIGIN, scope=" ".join(sorted(EVERY)))
    before = Secret.objects.count(), ServiceSecret.objects.count()
    assert status(token, path, body) == 403
    assert (Secret.objects.count(), ServiceSecret.objects.count()) == before
    assert status(cast.secret, path, body) == 201
