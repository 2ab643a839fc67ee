"""For whom a token is, and for whom it is asked about: as authentication.k8s.io/v1 has it."""

from collections.abc import Sequence

import pytest

from console.services.services import update_service
from robots.accounts.services.robots import create_robot
from robots.models import Token, Usage
from robots.tokens.services.tokens import create_token
from robots.usage import flush
from tests.conftest import Cast
from tests.front import basic
from tests.interop.api_server import token_review
from tests.robots.verifiers.kubernetes.asking import (
    ITSELF,
    REFUSED,
    post,
    proof,
    register,
    reviewed,
)
from tests.robots.verifiers.oauth.asking import (
    GRANT,
    ORIGIN,
    access_token,
    claims,
    introspect,
    login,
)
from tests.robots.verifiers.oauth.asking import post as ask_oauth
from tests.robots.verifiers.oauth.asking import proof as resource_proof
from tests.robots.verifiers.oauth.asking import register as register_resource

OWN, OTHER = "https://prod.example.com", "https://vault.example.com"


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (None, [OWN]),
        ([OWN], [OWN]),
        ([ITSELF, OWN, OTHER], [OWN]),
        ([OWN, OWN], [OWN]),
        ([ITSELF], None),
        ([OWN.upper()], None),
        ([f"{OWN}/"], None),
        (["acme/prod"], None),
    ],
)
def test_a_cluster_with_an_audience_takes_it_alone(
    cast: Cast, asked: Sequence[str] | None, answered: list[str] | None
) -> None:
    """What is answered are those that are asked for and that the token is for; with none it is refused."""
    cluster = proof(cast, register(cast, cast.organization, audience=OWN))
    status = reviewed(cluster, cast.secret, asked)
    if answered is None:
        assert status == REFUSED
    else:
        assert (status["authenticated"], status["audiences"]) == (True, answered)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [(None, None), ([ITSELF], None), ([OTHER], None), ([ITSELF, "acme/prod"], ["acme/prod"])],
)
def test_without_one_a_token_is_good_at_the_api_server_alone(
    cast: Cast, cluster: str, asked: Sequence[str] | None, answered: list[str] | None
) -> None:
    """That is what no audiences say; the API server itself refuses who wanted others."""
    status = reviewed(cluster, cast.secret, asked)
    assert (status["authenticated"], status.get("audiences")) == (True, answered)


def test_another_audience_is_counted(cast: Cast) -> None:
    cluster = proof(cast, register(cast, cast.organization, audience=OWN))
    reviewed(cluster, cast.secret, [OTHER])
    assert flush.flush()
    assert Usage.objects.get(verifier="kubernetes").outcome == "another audience"


def test_an_access_token_is_taken_by_the_cluster_that_it_is_for(cast: Cast) -> None:
    prod = proof(cast, register(cast, cast.organization))
    test = proof(cast, register(cast, cast.organization, name="test", audience=OWN))
    by_name, by_audience = (access_token(cast, audience=name) for name in ("acme/prod", OWN))
    of_roster = access_token(cast, audience=ORIGIN)
    status = reviewed(prod, by_name)
    assert status["user"]["username"] == f"roster:robot:acme:payments:{cast.robot.name}"
    assert status["user"]["extra"] == {"127.0.0.1/access-id": [str(cast.token.uuid)]}
    assert reviewed(test, by_audience, [ITSELF, OWN])["audiences"] == [OWN]
    for cluster, token in ((test, by_name), (prod, by_audience), (prod, of_roster)):
        assert reviewed(cluster, token, [OWN, "acme/prod"]) == REFUSED
    assert reviewed(test, by_audience, [ITSELF]) == REFUSED


def test_a_clusters_token_is_none_of_a_resource_servers(cast: Cast) -> None:
    cluster = proof(cast, register(cast, cast.organization))
    resource = resource_proof(cast, register_resource(cast, cast.organization, audience=OWN))
    assert reviewed(cluster, access_token(cast, audience=OWN)) == REFUSED
    token = access_token(cast, audience="acme/prod")
    assert introspect(resource, token) == {"active": False}
    assert reviewed(cluster, token)["authenticated"] is True


def test_who_names_none_does_not_mean_a_cluster(cast: Cast) -> None:
    register(cast, cast.organization)
    answer = ask_oauth("token", GRANT, login(cast))
    assert (answer.status, answer.json["error"]) == (400, "invalid_target")
    register_resource(cast, cast.organization, audience=OWN)
    assert claims(access_token(cast))["aud"] == OWN


def test_a_robot_that_holds_nothing_logs_in_to_clusters_alone(cast: Cast) -> None:
    cluster = proof(cast, register(cast, cast.organization))
    register_resource(cast, cast.organization, audience=OWN)
    robot = create_robot(actor=cast.owner, organization=cast.organization, name="deployer")
    minted = create_token(actor=cast.owner, robot=robot, name="t", kind="compact")
    authorization = basic(robot.login_name, minted.plaintext.reveal())
    answer = ask_oauth("token", GRANT | {"audience": "acme/prod"}, authorization)
    assert (answer.status, answer.json["scope"]) == (200, "")
    assert reviewed(cluster, answer.json["access_token"])["authenticated"] is True
    answer = ask_oauth("token", GRANT | {"audience": OWN}, authorization)
    assert (answer.status, answer.json["error"]) == (400, "invalid_scope")


def test_it_ends_with_the_token_that_got_it(cast: Cast, cluster: str) -> None:
    token = access_token(cast, audience="acme/prod")
    Token.objects.update(permissions=frozenset({"artifact:pull"}))
    assert reviewed(cluster, token) == REFUSED
    Token.objects.update(permissions=None)
    assert reviewed(cluster, token)["authenticated"] is True
    Token.objects.update(disabled_at=cast.token.created_at)
    assert reviewed(cluster, token) == REFUSED


def test_a_changed_audience_counts_from_the_next_request(cast: Cast) -> None:
    service = register(cast, cast.organization, audience=OWN)
    cluster = proof(cast, service)
    for _ in range(3):
        assert reviewed(cluster, cast.secret, [OWN])["audiences"] == [OWN]
    update_service(actor=cast.owner, service=service, audience=OTHER)
    assert post(token_review(cast.secret, [OWN]), cluster).json["status"] == REFUSED
