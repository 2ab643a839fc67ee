"""Every bad JWT of the corpus, at everything that takes tokens: never a yes, and never a fault of ours."""

from collections.abc import Callable

import pytest

from robots.models import SigningKey
from robots.secrets import signing_keys
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import Answer, ask, basic
from tests.robots.verifiers.asking import post as ask_for_registry_token
from tests.robots.verifiers.bad_tokens import corpus
from tests.robots.verifiers.oauth.asking import API, access_token, post, proof, register, signed

SCOPE = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
Consumer = Callable[[str], tuple[int, object]]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    signing_keys.forget()


@pytest.fixture
def consumers(cast: Cast) -> dict[str, Consumer]:
    """What takes a token -> how it answers."""
    service = proof(cast, register(cast, cast.organization))
    robot = cast.robot.login_name

    def told(answer: Answer) -> tuple[int, object]:
        return answer.status, answer.json if answer.body else None

    def api(token: str) -> tuple[int, object]:
        answer = browser().get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, None

    def client(token: str) -> tuple[int, object]:
        fields = {"grant_type": "client_credentials", "client_id": robot, "client_secret": token}
        return told(post("token", fields))

    return {
        "the API": api,
        "a registry's password": lambda it: told(ask(SCOPE, authorization=basic(robot, it))),
        "a registry's refresh token": lambda it: told(
            ask_for_registry_token(grant_type="refresh_token", refresh_token=it)
        ),
        "a client's secret": client,
        "introspection": lambda it: told(post("introspect", {"token": it}, service)),
        "revocation": lambda it: told(post("revoke", {"token": it}, service)),
    }


def is_refused(name: str, status: int, document: object) -> bool:
    if status == 200 and name == "introspection":
        return document == {"active": False}
    # Who revokes hears the same of what is not there (RFC 7009, 2.2).
    return status in {400, 401, 429} or (status == 200 and name == "revocation")


@pytest.mark.parametrize("kind", ["access token", "robot token"])
def test_no_bad_token_is_taken_anywhere(
    cast: Cast, consumers: dict[str, Consumer], kind: str
) -> None:
    is_access = kind == "access token"
    good = access_token(cast, audience=API) if is_access else signed(cast)
    purposes = SigningKey.Purpose
    purpose = purposes.ACCESS_TOKENS if is_access else purposes.ROBOT_TOKENS
    key = SigningKey.objects.get(kid=signing_keys.current(purpose).signer.kid)
    bad = corpus(good, key.public_pem.encode())
    assert len(bad) > 180
    taken = [
        (name, what, status)
        for what, token in bad.items()
        for name, consumer in consumers.items()
        for status, document in [consumer(token)]
        if not is_refused(name, status, document)
    ]
    assert taken == []


def test_the_good_one_is_taken_where_it_is_meant_to_be(
    cast: Cast, consumers: dict[str, Consumer]
) -> None:
    """Else the test above would refuse whatever comes."""
    own = signed(cast)
    robots = {name for name, ask in consumers.items() if not is_refused(name, *ask(own))}
    assert robots >= {"the API", "a registry's password", "introspection", "a client's secret"}
    token = access_token(cast, audience=API)
    assert not is_refused("introspection", *consumers["introspection"](token))
