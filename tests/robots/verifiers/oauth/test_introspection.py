"""`POST /oauth/introspect`: what a service is told of a token, and that it is told nothing else."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from console.minted_secrets import Plaintext
from console.models import Service, ServiceSecret
from console.permissions.vocabulary import Permission
from console.services.services import update_service
from robots.models import Secret, Token, Usage
from robots.tokens.services.tokens import create_personal_token, create_token
from robots.usage import flush
from teams.models import Membership
from tests.conftest import Cast
from tests.front import Answer, basic
from tests.robots.verifiers.asking import get
from tests.robots.verifiers.oauth.asking import (
    API,
    ORIGIN,
    access_token,
    claims,
    introspect,
    login,
    post,
    proof,
    register,
    signed,
)

INACTIVE = {"active": False}


def test_an_access_token_is_described(cast: Cast) -> None:
    service = register(cast, cast.organization)
    token = access_token(cast, scope="artifact:pull chart:read")
    own = claims(token)
    assert introspect(proof(cast, service), token) == {
        "active": True,
        "scope": "artifact:pull chart:read",
        "client_id": str(cast.token.uuid),
        "username": cast.robot.login_name,
        "token_type": "Bearer",
        "exp": own["exp"],
        "iat": own["iat"],
        "sub": f"robot|{cast.robot.uuid}",
        "aud": API,
        "iss": ORIGIN,
        "jti": own["jti"],
    }


@pytest.mark.parametrize("kind", ["compact", "signed"])
def test_a_robots_own_token_is_described(cast: Cast, kind: str) -> None:
    service = register(cast, cast.organization)
    secret = cast.secret if kind == "compact" else signed(cast)
    answer = introspect(proof(cast, service), secret)
    made = Secret.objects.get(token__robot=cast.robot, kind=kind)
    assert answer.keys() == {
        *("active", "scope", "client_id", "username", "token_type", "iat"),
        *("sub", "aud", "iss", "jti"),
    }
    assert answer["active"] is True
    assert answer["client_id"] == answer["jti"] == str(made.token.uuid)
    assert answer["iat"] == int(made.created_at.timestamp())
    assert "artifact:push" in answer["scope"].split()
    assert answer["username"] == cast.robot.login_name


def test_an_end_is_the_earlier_one(cast: Cast) -> None:
    service = register(cast, cast.organization)
    authorization, token = proof(cast, service), access_token(cast)
    end = claims(token)["iat"] + 100
    Token.objects.update(expires_at=moment(end))
    assert introspect(authorization, token)["exp"] == end
    assert introspect(authorization, cast.secret)["exp"] == end


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_secret_that_somebody_chose_is_never_found(cast: Cast) -> None:
    service = register(cast, cast.organization)
    create_token(actor=cast.owner, robot=cast.robot, name="own", own=Plaintext("Sommer-2026"))
    assert introspect(proof(cast, service), "Sommer-2026") == INACTIVE


def test_the_scope_is_what_is_held_now(cast: Cast) -> None:
    service = register(cast, cast.organization)
    authorization = proof(cast, service)
    token = access_token(cast, scope="artifact:pull chart:read")
    cast.robot.grants.update(permissions=frozenset({Permission.CHART_READ}))
    assert introspect(authorization, token)["scope"] == "chart:read"
    cast.robot.grants.update(permissions=frozenset({Permission.TAG_CREATE}))
    assert introspect(authorization, token) == INACTIVE
    assert introspect(authorization, cast.secret)["scope"] == "tag:create"


def test_a_token_for_another_service_is_none(cast: Cast) -> None:
    first = register(cast, cast.organization)
    second = register(cast, cast.organization, name="second", audience="")
    token = access_token(cast, audience="acme/second")
    assert introspect(proof(cast, first), token) == INACTIVE
    assert introspect(proof(cast, second), token)["active"] is True
    of_roster = access_token(cast, audience=ORIGIN)
    assert introspect(proof(cast, first), of_roster) == INACTIVE


def test_a_changed_audience_counts_from_the_next_request(cast: Cast) -> None:
    service = register(cast, cast.organization)
    authorization, token = proof(cast, service), access_token(cast)
    update_service(actor=cast.owner, service=service, audience="https://new.example.com")
    assert introspect(authorization, token) == INACTIVE
    update_service(actor=cast.owner, service=service, audience="")
    assert introspect(authorization, token) == INACTIVE
    by_name = access_token(cast)
    assert introspect(authorization, by_name)["aud"] == "acme/api"
    update_service(actor=cast.owner, service=service, audience=API)
    assert introspect(authorization, by_name) == INACTIVE
    assert introspect(authorization, token)["active"] is True


def test_a_foreign_organizations_service_learns_nothing(cast: Cast) -> None:
    """Also where it calls itself like the one that the token is for."""
    register(cast, cast.organization)
    foreign = register(cast, cast.other_organization)
    authorization = proof(cast, foreign)
    personal = create_personal_token(actor=cast.owner, name="laptop", kind="compact")
    for switch in ("none", "pull", "all"):
        update_service(actor=cast.stranger, service=foreign, personal_tokens=switch)
        for token in (access_token(cast), cast.secret, personal.plaintext.reveal(), "x"):
            assert introspect(authorization, token) == INACTIVE


def test_a_service_of_the_site_sees_all_organizations_tokens(cast: Cast) -> None:
    service = register(cast, None, name="site")
    authorization = proof(cast, service)
    other = cast.other_minted.plaintext.reveal()
    assert introspect(authorization, access_token(cast))["aud"] == API
    assert introspect(authorization, other)["username"] == cast.other_robot.login_name


@pytest.mark.parametrize("first", ["site", "organization"])
def test_of_two_services_with_one_audience_it_is_the_sites(cast: Cast, first: str) -> None:
    """No service takes an audience that it can see; the site's does not see that it is taken."""
    values = {"kind": "resource", "audience": API}
    if first == "organization":
        own = register(cast, cast.organization)
        site = register(cast, None, name="site")
    else:
        site = register(cast, None, name="site")
        own = Service.objects.create(organization=cast.organization, name="api", **values)
    token = access_token(cast, audience=API)
    assert introspect(proof(cast, own), token) == INACTIVE
    assert introspect(proof(cast, site), token)["active"] is True


def test_a_token_narrowed_since_is_narrowed_at_once(cast: Cast) -> None:
    authorization, token = proof(cast, register(cast, cast.organization)), access_token(cast)
    Token.objects.update(permissions=frozenset({Permission.CHART_READ}))
    assert introspect(authorization, token)["scope"] == "chart:read"
    assert introspect(authorization, cast.secret)["scope"] == "chart:read"


@pytest.mark.parametrize(
    ("switch", "scope"), [("none", None), ("pull", ["artifact:pull"]), ("all", "all")]
)
@pytest.mark.parametrize("of_site", [True, False])
def test_what_peoples_own_tokens_are_worth_is_a_switch(
    cast: Cast, switch: str, scope: Any, of_site: bool
) -> None:
    service = register(
        cast, None if of_site else cast.organization, name="people", personal_tokens=switch
    )
    minted = create_personal_token(actor=cast.owner, name="laptop", kind="compact")
    answer = introspect(proof(cast, service), minted.plaintext.reveal())
    assert answer["active"] is (scope is not None)
    if scope is not None:
        held = answer["scope"].split()
        assert answer["username"] == cast.owner.email
        assert answer["sub"] == f"user|{cast.owner.uuid}"
        assert held == scope or (scope == "all" and "robot:delete" in held)


def test_who_left_the_organization_is_nobody_to_it(cast: Cast) -> None:
    service = register(cast, cast.organization, personal_tokens="all")
    secret = create_personal_token(actor=cast.member, name="laptop", kind="compact")
    authorization = proof(cast, service)
    assert introspect(authorization, secret.plaintext.reveal())["active"] is True
    Membership.objects.filter(user=cast.member).delete()
    assert introspect(authorization, secret.plaintext.reveal()) == INACTIVE


def test_a_registrys_token_is_none(cast: Cast) -> None:
    service = register(cast, cast.organization)
    token = get(cast, "repository:acme/payments/api:pull").json["token"]
    assert introspect(proof(cast, service), token) == INACTIVE


def refused(answer: Answer) -> bool:
    known = answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    return known and (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_a_service_proves_itself_with_its_own_secret(cast: Cast) -> None:
    service = register(cast, cast.organization)
    other = register(cast, cast.organization, name="second", audience="")
    secret = decoded(proof(cast, service))
    token = {"token": cast.secret}
    right = {"client_id": str(service.uuid), "client_secret": secret}
    assert post("introspect", token | right).json["active"] is True
    assert post("introspect", token, basic(str(service.uuid).upper(), secret)).status == 200
    for name in (str(other.uuid), service.name, "acme/api", "", str(cast.token.uuid)):
        assert refused(post("introspect", token, basic(name, secret)))
    for wrong in (secret[:-1], secret[:-1] + "!", secret.swapcase(), "rsv_" + "0" * 42, ""):
        assert refused(post("introspect", token, basic(str(service.uuid), wrong)))
    for nobody in (None, login(cast), f"Bearer {secret}"):
        assert refused(post("introspect", token, nobody))
    assert refused(post("introspect", token | {"client_id": str(service.uuid)}))


def test_only_a_resource_server_asks(cast: Cast) -> None:
    service = register(cast, cast.organization)
    authorization = proof(cast, service)
    Service.objects.filter(pk=service.pk).update(kind="registry", host="registry.example.com")
    assert refused(post("introspect", {"token": cast.secret}, authorization))


def decoded(authorization: str) -> str:
    return base64.b64decode(authorization.split()[1]).decode().partition(":")[2]


def test_a_token_is_needed_and_other_parameters_are_passed_over(cast: Cast) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    answer = post("introspect", {}, authorization)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    hinted = {"token": cast.secret, "token_type_hint": "refresh_token"}
    assert post("introspect", hinted, authorization).json["active"] is True


def test_both_are_counted(cast: Cast) -> None:
    service = register(cast, cast.organization)
    authorization = proof(cast, service)
    introspect(authorization, cast.secret)
    introspect(authorization, access_token(cast))
    Token.objects.update(blocked_at=moment(1))
    introspect(authorization, cast.secret)
    assert flush.flush()
    counts = dict(Usage.objects.filter(verifier="oauth").values_list("outcome", "count"))
    assert counts == {"accepted": 3, "blocked": 1}
    assert ServiceSecret.objects.get().last_used_at is not None
