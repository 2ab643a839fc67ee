"""Robots that manage: one with control permissions makes others, and gives never more than it holds."""

from typing import Any

import pytest
from django.test import Client

from console.permissions.vocabulary import Permission
from robots.models import Robot, RobotGrant
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.conftest import Cast

JSON: dict[str, Any] = {"content_type": "application/json"}
MANAGING = (
    Permission.ROBOT_READ,
    Permission.ROBOT_CREATE,
    Permission.TOKEN_READ,
    Permission.TOKEN_CREATE,
    Permission.GRANT_READ,
    Permission.GRANT_CREATE,
    Permission.ARTIFACT_PULL,
    Permission.PROJECT_READ,
)


@pytest.fixture
def manager(furnished: Cast) -> Robot:
    """A robot that may make robots which pull in one project."""
    return holder(furnished.organization, *MANAGING, project=furnished.project)


def at(below: str) -> str:
    return f"/api/v1/organizations/acme/{below}"


def api_of(robot: Robot, **columns: Any) -> Client:
    return bearer(token_of(robot, **columns)[1])


def test_a_robot_makes_a_robot_and_its_token(manager: Robot) -> None:
    api = api_of(manager)
    with events_written() as events:
        made = api.post(
            at("robots/"),
            {"name": "puller", "project": "payments", "permissions": ["artifact:pull"]},
            **JSON,
        )
        assert made.status_code == 201, made.content
        token = api.post(
            at(f"robots/{made.json()['id']}/tokens/"), {"name": "t", "kind": "compact"}, **JSON
        )
    assert token.status_code == 201, token.content
    assert {event.actor_kind for event in events} == {"robot"}
    assert {event.actor_uuid for event in events} == {manager.uuid}
    assert made.json()["created_by"] == manager.login_name


@pytest.mark.parametrize(
    ("below", "body", "missing"),
    [
        (
            "robots/",
            {"name": "x", "project": "payments", "permissions": ["all"]},
            "artifact:delete",
        ),
        ("robots/", {"name": "x"}, "robot:create"),
        ("robots/{robot}/tokens/", {"name": "x", "kind": "compact"}, "artifact:delete"),
        (
            "grants/",
            {"robot": "{robot}", "project": "payments", "role": "project:admin"},
            "artifact:delete",
        ),
        ("grants/", {"robot": "{robot}", "role": "organization:viewer"}, "grant:create"),
        ("projects/", {"slug": "x", "name": "X"}, "project:create"),
    ],
)
def test_a_robot_gives_nothing_that_it_does_not_hold(
    furnished: Cast, manager: Robot, below: str, body: dict[str, str], missing: str
) -> None:
    uuid = str(furnished.robot.uuid)
    sent = {
        key: value.format(robot=uuid) if isinstance(value, str) else value
        for key, value in body.items()
    }
    with events_written() as events:
        answer = api_of(manager).post(at(below.format(robot=uuid)), sent, **JSON)
    assert answer.status_code == 403, answer.content
    assert answer.json()["permission"] == missing
    assert "owners" not in answer.json(), "who people are is not told to everybody's robot"
    assert not events


def test_a_narrowed_token_manages_less(manager: Robot) -> None:
    """Whatever the robot holds, the token may only read."""
    api = api_of(manager, permissions=frozenset({Permission.ROBOT_READ}))
    assert api.get(at("robots/")).status_code == 200
    answer = api.post(at("robots/"), {"name": "x", "project": "payments"}, **JSON)
    assert (answer.status_code, answer.json()["permission"]) == (403, "robot:create")


def test_a_robot_with_data_permissions_alone_makes_nothing(furnished: Cast) -> None:
    api = api_of(furnished.robot)
    assert api.get(at("robots/")).json()["results"] == []
    answer = api.post(at("robots/"), {"name": "x", "project": "payments"}, **JSON)
    assert (answer.status_code, answer.json()["permission"]) == (403, "robot:create")


def test_a_robot_cannot_widen_itself(furnished: Cast, manager: Robot) -> None:
    before = RobotGrant.objects.filter(robot=manager).count()
    body = {"robot": str(manager.uuid), "project": "payments", "permissions": ["artifact:push"]}
    answer = api_of(manager).post(at("grants/"), body, **JSON)
    assert answer.status_code == 422, "an organization robot is not among a project's robots"
    api = api_of(holder(furnished.organization, *MANAGING))
    answer = api.post(at("grants/"), body, **JSON)
    assert (answer.status_code, answer.json()["permission"]) == (403, "artifact:push")
    assert RobotGrant.objects.filter(robot=manager).count() == before
