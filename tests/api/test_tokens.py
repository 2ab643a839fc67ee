"""Tokens of robots through the API: what is made, changed and ended works like that."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from robots.models import Secret, Token
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.api.making import JSON, at, logs_in
from tests.conftest import Cast
from tests.front import ask, basic


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


def test_rotating_again_ends_the_older_of_two_where_that_was_said(
    api: Client, furnished: Cast
) -> None:
    body = {"kind": "compact", "end_older": True}
    first = api.post(tokens(furnished), {"name": "hourly", "kind": "compact"}, **JSON).json()
    where = tokens(furnished, f"{first['access_id']}/rotation/")
    second = api.post(where, body, **JSON).json()
    third = api.post(where, body, **JSON).json()
    assert [it["older_secret_ended"] for it in (second, third)] == [False, True]
    works = [logs_in(first["access_id"], it["secret"]) for it in (first, second, third)]
    assert works == [False, True, True]
    assert [it["ends_at"] for it in third["secrets"]] == [None, third["old_secret_ends_at"]]
    assert third["old_secret_ends_at"] != second["old_secret_ends_at"]
    assert api.post(where, body | {"end_older": "yes"}, **JSON).status_code == 422


def test_a_key_with_another_body_or_address_is_no_repetition(api: Client, furnished: Cast) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "deploy-42"}}
    made = api.post(tokens(furnished), {"name": "weekly", "kind": "compact"}, **JSON, **key).json()
    before = Secret.objects.count()
    asked = [
        (tokens(furnished), {"name": "daily", "kind": "compact"}),
        (tokens(furnished), {"name": "weekly"}),
        (tokens(furnished, f"{made['access_id']}/rotation/"), {"kind": "compact"}),
    ]
    for where, body in asked:
        answer = api.post(where, body, **JSON, **key)
        assert answer.status_code == 422, answer.content
        assert "came with another request" in answer.json()["detail"]
        assert "Location" not in answer
    assert Secret.objects.count() == before
    again = {"kind": "compact", "name": "weekly"}
    assert api.post(tokens(furnished), again, **JSON, **key).status_code == 409


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
    refused = api.post(where, {"kind": "compact"}, **JSON)
    assert (refused.status_code, "`end_older`" in refused.json()["detail"]) == (409, True)
    old = tokens(furnished, f"{made['access_id']}/secrets/{rotated['secrets'][1]['id']}/")
    assert api.delete(old).status_code == 204
    assert not logs_in(made["access_id"], made["secret"])
    later = api.post(where, {"kind": "compact"}, **JSON).json()
    assert later["older_secret_ended"] is False
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
