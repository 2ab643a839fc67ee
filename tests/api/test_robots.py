"""Robots and their tokens through the API: what is made, changed and ended works like that."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from robots.models import Robot
from tests.actors import events_written
from tests.api.making import JSON, at, logs_in, make
from tests.conftest import Cast

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
        network_mode="observe",
        expires_in_days=30,
        grants=[{"project": "payments", "level": "read"}],
    )
    assert (made["level"], made["project"], made["teams"]) == ("organization", None, ["build"])
    assert made["labels"] == {"tier": "gold", "spot": ""}
    assert made["responsible"] == "member@example.com"
    assert made["addresses"] == ["10.0.0.0/8", "192.0.2.7"]
    assert made["network_mode"] == "observe"
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
        ({"name": "x", "network_mode": "off"}, 422, "network_mode"),
        ({"name": "x", "network_mode": None}, 422, "network_mode"),
        ({"name": "x", "permissions": ["all"]}, 422, "permissions"),
        ({"name": "x", "permissions": ["robot:create"]}, 422, "permissions.0"),
        ({"name": "x", "teams": ["nothing"]}, 422, "teams"),
        ({"name": "x", "responsible": "nobody@example.com"}, 422, "responsible"),
        ({"name": "x", "expires_in_days": 0}, 422, "expires_in_days"),
        ({"name": "x", "expires_in_days": 36_501}, 422, "expires_in_days"),
        ({"name": "x", "expires_in_days": 5, "expires_at": None}, 422, "expires_in_days"),
        ({"name": "x", "expires_in": 0}, 422, "expires_in"),
        ({"name": "x", "expires_in": -1}, 422, "expires_in"),
        ({"name": "x", "expires_in": 36_500 * 86_400 + 1}, 422, "expires_in"),
        ({"name": "x", "expires_in": 60, "expires_in_days": 5}, 422, "expires_in"),
        ({"name": "x", "expires_in": 60, "expires_at": None}, 422, "expires_in"),
        ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, 422, "expires_at"),
        ({"name": "x", "addresses": ["10.0.0.1/8"]}, 422, "addresses"),
        ({"name": "x", "disabled": "yes"}, 422, "disabled"),
        ({"name": "x", "grants": [{"project": "payments"}]}, 422, "grants"),
        ({"name": "x", "labels": {"Bad Key": "v"}}, 422, "labels"),
        ({"name": "x", "colour": "blue"}, 400, "colour"),
        ({"name": "x", "grants": [{"projekt": "payments"}]}, 400, "grants.projekt"),
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
