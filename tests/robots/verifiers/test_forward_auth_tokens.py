"""Whose tokens are let through at a proxy, what a plain question answers, and from when a change counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.models import Repository
from console.permissions.vocabulary import Permission
from console.services.services import delete_service, update_service
from robots.models import Robot, Secret, Token, Usage
from robots.tokens.services.tokens import create_personal_token, create_token
from robots.usage.flush import flush
from tests.conftest import Cast
from tests.front import basic
from tests.robots.verifiers.proxied import CLIENT, Known, question, register, verification

pytestmark = pytest.mark.usefixtures("listed")

REPOSITORY = "acme/payments/api"
URI = f"/v2/{REPOSITORY}/tags/list"
PULL = "artifact:pull"


@pytest.fixture
def puller(known: Known) -> Known:
    """The robot may pull acme/payments/api, and nginx stands in front of acme's registry."""
    register(known.cast, known.cast.organization)
    known.hold("r", {PULL})
    return known


def statuses(login: str | None, service: str = "acme/front") -> set[int]:
    """Of both questions."""
    asked = question("GET", URI, login, service=service)
    return {asked.status, verification(login, PULL, REPOSITORY, service).status}


# Each takes a working token away: model, field.
ENDS: list[tuple[Any, str]] = [
    (Token, "revoked_at"),
    (Token, "blocked_at"),
    (Token, "disabled_at"),
    (Token, "expires_at"),
    (Secret, "ends_at"),
    (Robot, "deleted_at"),
    (Robot, "disabled_at"),
    (Robot, "expires_at"),
]


@pytest.mark.parametrize(("model", "field"), ENDS)
def test_whatever_ends_a_token_counts_from_the_next_request(
    puller: Known, model: Any, field: str
) -> None:
    assert statuses(puller.login) == {200}
    model.objects.update(**{field: timezone.now() - timedelta(seconds=1)})
    assert statuses(puller.login) == {401}


def test_a_grant_that_is_taken_counts_from_the_next_request(puller: Known) -> None:
    assert statuses(puller.login) == {200}
    puller.robot.grants.all().delete()
    assert statuses(puller.login) == {403}


@pytest.mark.parametrize("model", [Token, Robot])
def test_networks_elsewhere_count(puller: Known, model: Any) -> None:
    model.objects.update(addresses="203.0.113.0/24")
    assert statuses(puller.login) == {401}
    model.objects.update(addresses=CLIENT)
    assert statuses(puller.login) == {200}


def test_whatever_is_wrong_with_credentials_the_answer_is_the_same(puller: Known) -> None:
    wrong = [
        basic(puller.robot.login_name, puller.secret[:-1]),
        basic("robot_acme+other", puller.secret),
        basic("robot_acme+deploy", ""),
        basic("", "x"),
        "Bearer x",
        f"Bearer {puller.secret[:-1]}",
    ]
    Token.objects.filter(pk=puller.cast.token.pk).update(disabled_at=timezone.now())
    wrong.append(basic(puller.cast.robot.login_name, puller.cast.secret))
    replies = [question("GET", URI, login) for login in wrong]
    replies += [verification(login, PULL, REPOSITORY) for login in wrong]
    assert {(reply.status, reply.body) for reply in replies} == {(401, replies[0].body)}
    assert all(reply.headers["www-authenticate"].startswith("Basic ") for reply in replies)
    assert statuses(f"Bearer {puller.secret}") == {200}


@pytest.mark.parametrize(
    "malformed", ["Basic", "Basic !", "Basic  Og==", "Digest x", "", "Basic Og==, Basic Og=="]
)
def test_malformed_credentials_are_not_none(puller: Known, malformed: str) -> None:
    Repository.objects.update(public=True)
    assert statuses(malformed) == {401}


def test_a_narrowed_token_says_why_it_may_not(puller: Known) -> None:
    Token.objects.filter(pk=puller.token.pk).update(permissions={"artifact:delete"})
    reply = question("GET", URI, puller.login)
    assert (reply.status, reply.reason) == (403, "the token is narrowed to other permissions")


def test_an_organizations_service_sees_its_own_tokens_and_paths_alone(puller: Known) -> None:
    cast = puller.cast
    foreign = basic(cast.other_robot.login_name, cast.other_minted.plaintext.reveal())
    assert statuses(foreign) == {401}
    register(cast, cast.other_organization)
    assert statuses(puller.login, "globex/front") == {401}
    Repository.objects.update(public=True)
    assert question("GET", URI).status == 200
    assert question("GET", URI, service="globex/front").status == 401
    assert question("GET", URI, foreign, service="globex/front").status == 403
    other = "/v2/globex/payments/api/tags/list"
    assert question("GET", other, puller.login).status == 403


def test_a_service_of_the_site_lets_every_organization_in(puller: Known) -> None:
    cast = puller.cast
    register(cast, None)
    assert statuses(puller.login, "front") == {200}
    foreign = basic(cast.other_robot.login_name, cast.other_minted.plaintext.reveal())
    assert statuses(foreign, "front") == {403}
    theirs = question("GET", "/v2/globex/payments/api/tags/list", foreign, service="front")
    assert theirs.headers["x-roster-organization"] == "globex"


@pytest.mark.parametrize("service", ["acme/front", "front"])
def test_what_is_elsewhere_is_like_what_is_not_there(puller: Known, service: str) -> None:
    cast = puller.cast
    register(cast, None)
    robots = {
        puller.login: "no grant gives artifact:pull here",
        basic(
            cast.robot.login_name, cast.secret
        ): "a project robot acts inside its own project only",
    }
    for login, reason in robots.items():
        for path in ("globex/payments/api", "globex/payments/x", "globex/x/x", "x/x/x", "acme/x/x"):
            for reply in (
                question("GET", f"/v2/{path}/tags/list", login, service=service),
                verification(login, PULL, path, service),
            ):
                assert (reply.status, reply.reason) == (403, reason), path


@pytest.mark.parametrize(
    ("switch", "pulls", "pushes"), [("none", 401, 401), ("pull", 200, 403), ("all", 200, 200)]
)
def test_what_peoples_own_tokens_may_do_is_a_switch(
    cast: Cast, switch: str, pulls: int, pushes: int
) -> None:
    register(cast, cast.organization, personal_tokens=switch)
    minted = create_personal_token(actor=cast.owner, name="laptop", kind="compact")
    login = f"Bearer {minted.plaintext.reveal()}"
    pulled = question("GET", URI, login)
    assert (pulled.status, verification(login, PULL, REPOSITORY).status) == (pulls, pulls)
    assert question("POST", f"/v2/{REPOSITORY}/blobs/uploads/", login).status == pushes
    if pulls == 200:
        named = {name for name in pulled.headers if name.startswith("x-roster")}
        assert named == {"x-roster-token"}


def test_a_change_and_the_end_of_the_service_count_from_the_next_request(puller: Known) -> None:
    cast = puller.cast
    service = register(cast, cast.organization, name="back")
    assert statuses(puller.login, "acme/back") == {200}
    update_service(actor=cast.owner, service=service, proxy="caddy")
    assert statuses(puller.login, "acme/back") == {403}
    update_service(actor=cast.owner, service=service, proxy="nginx")
    delete_service(actor=cast.owner, service=service)
    assert statuses(puller.login, "acme/back") == {403}


def test_use_is_counted_with_the_clients_address(puller: Known) -> None:
    flush()
    assert statuses(puller.login) == {200}
    assert statuses(basic(puller.robot.login_name, puller.secret[:-1])) == {401}
    flush()
    found = Usage.objects.get(token=puller.token)
    assert (found.verifier, found.outcome, found.count) == ("forward-auth", "accepted", 2)
    token = Token.objects.get(pk=puller.token.pk)
    assert (token.last_used_address, token.last_used_verifier) == (CLIENT, "forward-auth")
    assert token.last_used_repository == REPOSITORY


# Permission, where, what is said to a robot that may pull acme/payments/api and see acme/payments.
ANSWERS = """
artifact:pull    acme/payments/api                       200
artifact:pull    registry.example.com/acme/payments/api  200
artifact:pull    acme/payments/web                       403
artifact:pull    acme/payments                           403
artifact:pull    acme                                    403
artifact:push    acme/payments/api                       403
artifact:fly     acme/payments/api                       403
artifact         acme/payments/api                       403
ARTIFACT_PULL    acme/payments/api                       403
artifact:pull    /acme/payments/api                      403
artifact:pull    acme/payments/api/                      403
artifact:pull    acme//payments/api                      403
artifact:pull    acme/./payments/api                     403
artifact:pull    acme/payments/../payments/api           403
artifact:pull    acme%2fpayments%2fapi                   403
artifact:pull    Acme/payments/api                       403
artifact:pull    mirror.example.com/acme/payments/api    403
artifact:pull    *                                       403
"""


@pytest.mark.parametrize(
    ("permission", "resource", "status"), [line.split() for line in ANSWERS.strip().splitlines()]
)
def test_a_plain_question_is_answered_to_the_letter(
    puller: Known, permission: str, resource: str, status: str
) -> None:
    reply = verification(puller.login, permission, resource)
    assert reply.status == int(status)
    if status == "200":
        assert reply.headers["x-roster-robot"] == "robot_acme+deploy"
        assert reply.headers["x-roster-organization"] == "acme"
        assert reply.headers["x-roster-token"] == str(puller.token.uuid)
        assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("where", "place"), [("o", "acme"), ("p", "acme/payments")])
def test_permissions_of_organizations_and_projects_are_asked_for_alike(
    known: Known, where: str, place: str
) -> None:
    register(known.cast, known.cast.organization)
    for permission in (Permission.ROBOT_READ, Permission.CHART_CREATE):
        known.hold(where, {permission})
        assert verification(known.login, permission, place).status == 200
        assert verification(known.login, Permission.ROBOT_CREATE, place).status == 403


def test_a_plain_question_is_never_answered_to_nobody(puller: Known) -> None:
    Repository.objects.update(public=True)
    for nobody in (None, "Basic Og=="):
        assert verification(nobody, PULL, REPOSITORY).status == 401


def test_a_compact_and_a_signed_secret_do_alike(puller: Known) -> None:
    minted = create_token(actor=puller.cast.owner, robot=puller.robot, name="signed", kind="signed")
    secret = minted.plaintext.reveal()
    for username in (puller.robot.login_name, str(minted.token.uuid)):
        assert statuses(basic(username, secret)) == {200}


@pytest.mark.parametrize("switch", ["pull", "all"])
def test_people_of_other_organizations_are_nobody_at_an_organizations_own_proxy(
    cast: Cast, switch: str
) -> None:
    register(cast, cast.organization, personal_tokens=switch)
    register(cast, None, personal_tokens=switch)
    for person, status in ((cast.stranger, 401), (cast.owner, 200)):
        minted = create_personal_token(actor=person, name="laptop", kind="compact")
        login = basic(str(minted.token.uuid), minted.plaintext.reveal())
        assert question("GET", "/v2/", login).status == status
        assert question("GET", "/v2/", login, service="front").status == 200
