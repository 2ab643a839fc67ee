"""Robots and their tokens through the API: what is made, changed and ended works like that."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from robots.models import Robot, Secret, Token
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.conftest import Cast
from tests.front import ask, basic

JSON: dict[str, Any] = {"content_type": "application/json"}
TEN = [
    "artifact:delete",
    "artifact:pull",
    "artifact:push",
    "chart:create",
    "chart:delete",
    "chart:read",
    "label:create",
    "scan:create",
    "tag:create",
    "tag:delete",
]


@pytest.fixture
def api(furnished: Cast) -> Client:
    return bearer(token_of(furnished.owner)[1])


def at(below: str = "") -> str:
    return f"/api/v1/organizations/acme/robots/{below}"


def logs_in(username: str, secret: str) -> bool:
    answer = ask("/service/token?service=registry", authorization=basic(username, secret))
    return answer.status == 200


def make(api: Client, **body: Any) -> dict[str, Any]:
    answer = api.post(at(), {"name": "builder"} | body, **JSON)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    assert answer["Location"] == at(f"{made['id']}/")
    assert api.get(answer["Location"]).json() == made
    return made


def test_a_projects_robot_gets_the_ten_by_one_word(api: Client, furnished: Cast) -> None:
    with events_written() as events:
        made = make(api, project="payments", permissions=["all"], description="Builds.")
    assert made["login_name"] == "robot_acme.payments+builder"
    assert made["path"] == "acme/payments/builder"
    assert (made["level"], made["project"], made["state"]) == ("project", "payments", "active")
    assert sorted(made["permissions"]) == TEN
    assert [event.action for event in events] == ["robot:created"]
    assert Robot.objects.get(uuid=made["id"]).pk == made["number"]


def test_an_organizations_robot_with_everything(api: Client, furnished: Cast) -> None:
    made = make(
        api,
        teams=["build"],
        labels={"tier": "gold", "spot": ""},
        responsible="member@example.com",
        addresses=["10.0.0.0/8", "192.0.2.7"],
        expires_in_days=30,
        grants=[{"project": "payments", "level": "read"}],
    )
    assert (made["level"], made["project"], made["teams"]) == ("organization", None, ["build"])
    assert made["labels"] == {"tier": "gold", "spot": ""}
    assert made["responsible"] == "member@example.com"
    assert made["addresses"] == ["10.0.0.0/8", "192.0.2.7"]
    ends = parse_datetime(made["expires_at"])
    assert ends is not None
    assert abs(ends - timezone.now() - timedelta(days=30)) < timedelta(minutes=5)
    assert made["next_expiry_at"] == made["expires_at"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "Bad Name"}, 422, "name"),
        ({}, 422, "name"),
        ({"name": "x", "project": "nothing"}, 422, "project"),
        ({"name": "x", "permissions": ["all"]}, 422, "permissions"),
        ({"name": "x", "permissions": ["robot:create"]}, 422, "permissions.0"),
        ({"name": "x", "teams": ["nothing"]}, 422, "teams"),
        ({"name": "x", "responsible": "nobody@example.com"}, 422, "responsible"),
        ({"name": "x", "expires_in_days": 0}, 422, "expires_in_days"),
        ({"name": "x", "expires_in_days": 36_501}, 422, "expires_in_days"),
        ({"name": "x", "expires_in_days": 5, "expires_at": None}, 422, "expires_in_days"),
        ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, 422, "expires_at"),
        ({"name": "x", "addresses": ["10.0.0.1/8"]}, 422, "addresses"),
        ({"name": "x", "grants": [{"project": "payments"}]}, 422, "grants"),
        ({"name": "x", "labels": {"Bad Key": "v"}}, 422, "labels"),
        ({"name": "x", "colour": "blue"}, 400, "colour"),
        ({"name": "x", "grants": [{"projekt": "payments"}]}, 400, "projekt"),
    ],
)
def test_what_cannot_be_made_is_refused_by_its_field(
    api: Client, furnished: Cast, body: dict[str, Any], status: int, field: str
) -> None:
    before = Robot.objects.count()
    with events_written() as events:
        answer = api.post(at(), body, **JSON)
    assert answer.status_code == status, answer.content
    assert field in {error["field"] for error in answer.json()["errors"]}, answer.content
    assert not events
    assert Robot.objects.count() == before


def test_a_patch_changes_what_it_names_alone(api: Client, furnished: Cast) -> None:
    made = make(api, description="Builds.", labels={"tier": "gold"}, expires_in_days=9)
    where = at(f"{made['id']}/")
    assert api.patch(where, {}, **JSON).json() == made
    changed = api.patch(where, {"description": ""}, **JSON).json()
    assert changed == made | {"description": ""}
    changed = api.patch(where, {"labels": {}, "expires_in_days": -1}, **JSON).json()
    assert changed == made | {
        "description": "",
        "labels": {},
        "expires_at": None,
        "next_expiry_at": None,
    }
    changed = api.patch(where, {"disabled": True, "addresses": ["10.0.0.0/8"]}, **JSON).json()
    assert (changed["state"], changed["addresses"]) == ("disabled", ["10.0.0.0/8"])
    assert api.patch(where, {"disabled": False}, **JSON).json()["state"] == "active"


def test_a_patch_that_fails_half_way_changes_nothing(api: Client, furnished: Cast) -> None:
    made = make(api)
    with events_written() as events:
        answer = api.patch(
            at(f"{made['id']}/"), {"disabled": True, "responsible": "nobody@example.com"}, **JSON
        )
    assert answer.status_code == 422
    assert not events
    assert api.get(at(f"{made['id']}/")).json() == made


def test_a_deleted_robot_is_gone_and_its_tokens_too(api: Client, furnished: Cast) -> None:
    secret = furnished.secret
    assert logs_in(furnished.robot.login_name, secret)
    assert api.delete(at(f"{furnished.robot.uuid}/")).status_code == 204
    assert api.get(at(f"{furnished.robot.uuid}/")).status_code == 404
    assert not logs_in(furnished.robot.login_name, secret)


def tokens(cast: Cast, below: str = "") -> str:
    return at(f"{cast.robot.uuid}/tokens/{below}")


def test_a_tokens_secret_stands_in_one_answer(api: Client, furnished: Cast) -> None:
    with events_written() as events:
        answer = api.post(tokens(furnished), {"name": "weekly", "expires_in_days": 7}, **JSON)
    made = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert answer["Location"] == tokens(furnished, f"{made['access_id']}/")
    assert made["login_name"] == furnished.robot.login_name
    assert logs_in(made["access_id"], made["secret"])
    found = api.get(answer["Location"])
    assert made["secret"] not in found.content.decode()
    assert made["secret"] not in api.get(tokens(furnished)).content.decode()
    assert events[-1].action == "token:created"
    secrets = found.json()["secrets"]
    assert [secret["kind"] for secret in secrets] == ["signed"]
    assert secrets[0]["delivered_at"]


def test_a_repeated_request_makes_no_second_token(api: Client, furnished: Cast) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "deploy-42"}}
    first = api.post(tokens(furnished), {"name": "weekly", "kind": "compact"}, **JSON, **key)
    before = Secret.objects.count()
    again = api.post(tokens(furnished), {"name": "weekly", "kind": "compact"}, **JSON, **key)
    assert (first.status_code, again.status_code) == (201, 409)
    assert again["Location"] == first["Location"] == again.json()["location"]
    assert "secret" not in again.json()
    assert Secret.objects.count() == before


def test_keys_of_two_callers_never_meet(api: Client, furnished: Cast) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "deploy-42"}}
    boss = bearer(token_of(furnished.stranger)[1])
    assert (
        api.post(tokens(furnished), {"name": "a", "kind": "compact"}, **JSON, **key).status_code
        == 201
    )
    theirs = f"/api/v1/organizations/globex/robots/{furnished.other_robot.uuid}/tokens/"
    assert boss.post(theirs, {"name": "a", "kind": "compact"}, **JSON, **key).status_code == 201


def test_rotating_keeps_the_old_secret_as_long_as_was_said(api: Client, furnished: Cast) -> None:
    made = api.post(tokens(furnished), {"name": "weekly", "kind": "compact"}, **JSON).json()
    where = tokens(furnished, f"{made['access_id']}/rotation/")
    rotated = api.post(where, {"kind": "compact", "old_ends": "by-hand"}, **JSON).json()
    for secret in (made["secret"], rotated["secret"]):
        assert logs_in(made["access_id"], secret)
    assert rotated["old_secret_ends_at"] is None
    assert api.post(where, {"kind": "compact"}, **JSON).status_code == 409
    old = tokens(furnished, f"{made['access_id']}/secrets/{rotated['secrets'][1]['id']}/")
    assert api.delete(old).status_code == 204
    assert not logs_in(made["access_id"], made["secret"])
    later = api.post(where, {"kind": "compact"}, **JSON).json()
    ends = parse_datetime(later["old_secret_ends_at"])
    assert ends is not None
    assert abs(ends - timezone.now() - timedelta(hours=24)) < timedelta(minutes=5)


def test_refreshing_ends_the_old_secret_at_once(api: Client, furnished: Cast) -> None:
    made = api.post(tokens(furnished), {"name": "weekly", "kind": "compact"}, **JSON).json()
    where = tokens(furnished, f"{made['access_id']}/refresh/")
    own = api.post(where, {"kind": "own", "own_secret": "Correct4Horses"}, **JSON)
    assert own.status_code == 201, own.content
    assert not logs_in(made["access_id"], made["secret"])
    assert logs_in(furnished.robot.login_name, "Correct4Horses")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "kind": "own"},
        {"name": "x", "own_secret": "Correct4Horses"},
        {"name": "x", "kind": "own", "own_secret": "short"},
        {"name": "x", "kind": "odd"},
        {"name": "x", "permissions": ["no:such"]},
        {"name": "x", "addresses": ["10.0.0.1/8"]},
    ],
)
def test_a_token_that_cannot_be_is_refused(
    api: Client, furnished: Cast, body: dict[str, Any]
) -> None:
    before = Token.objects.count()
    answer = api.post(tokens(furnished), body, **JSON)
    assert answer.status_code == 422, answer.content
    assert Token.objects.count() == before


@pytest.mark.parametrize(
    ("below", "body"),
    [
        ("robots/", {"name": "ci", "project": "payments"}),
        ("robots/{robot}/tokens/", {"name": "nightly", "kind": "compact"}),
        ("projects/", {"slug": "payments", "name": "Payments"}),
        ("repositories/", {"project": "payments", "name": "api"}),
        ("teams/", {"name": "build"}),
        ("roles/", {"name": "puller", "permissions": ["artifact:pull"]}),
        ("invitations/", {"email": "new@acme.example.com", "role": "member"}),
        ("invitations/", {"email": "member@example.com", "role": "member"}),
    ],
)
def test_a_second_one_of_a_name_is_a_conflict(
    api: Client, furnished: Cast, below: str, body: dict[str, Any]
) -> None:
    where = "/api/v1/organizations/acme/" + below.format(robot=furnished.robot.uuid)
    with events_written() as events:
        answer = api.post(where, body, **JSON)
    assert answer.status_code == 409, answer.content
    assert answer.json()["errors"][0]["message"]
    assert not events


def test_a_disabled_token_is_refused_until_it_is_enabled(api: Client, furnished: Cast) -> None:
    made = api.post(tokens(furnished), {"name": "weekly", "kind": "compact"}, **JSON).json()
    where = tokens(furnished, f"{made['access_id']}/")
    for disabled in (True, False):
        changed = api.patch(where, {"disabled": disabled}, **JSON).json()
        assert changed["state"] == ("disabled" if disabled else "active")
        assert logs_in(made["access_id"], made["secret"]) is not disabled


def test_a_deleted_token_is_refused(api: Client, furnished: Cast) -> None:
    where = tokens(furnished, f"{furnished.token.uuid}/")
    assert api.delete(where).status_code == 204
    assert api.delete(where).status_code == 404
    assert not logs_in(furnished.robot.login_name, furnished.secret)


def test_a_narrowed_token_lets_its_robot_do_no_more(furnished: Cast, api: Client) -> None:
    made = api.post(
        tokens(furnished),
        {"name": "reader", "kind": "compact", "permissions": ["artifact:pull"]},
        **JSON,
    ).json()
    assert made["permissions"] == ["artifact:pull"]
    assert UUID(made["access_id"])
    scope = "&scope=repository:acme/payments/api:push,pull"
    login = basic(made["access_id"], made["secret"])
    answer = ask(f"/service/token?service=registry{scope}", authorization=login)
    assert b"push" not in answer.body
