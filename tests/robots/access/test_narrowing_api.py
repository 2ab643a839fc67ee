"""The API about permissions that were not used: what it tells, what narrows, and who may."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.models import Robot
from teams.grants.services import change_grant
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.conftest import Cast
from tests.factories import RobotGrantFactory
from tests.robots.access.long_held import LONG, hold_for, own, recorded_for, use
from tests.team_fixtures import crew_of

pytestmark = pytest.mark.usefixtures("clock")
PULL = Permission.ARTIFACT_PULL


def url(robot: Robot, what: str) -> str:
    return f"/api/v1/organizations/acme/robots/{robot.uuid}/{what}/"


def unused(client: Client, robot: Robot) -> Any:
    answer = client.get(url(robot, "unused-permissions"))
    assert answer.status_code == 200
    return answer.json()


def narrow(client: Client, robot: Robot, grants: Any) -> Any:
    return client.post(url(robot, "narrow"), {"grants": grants}, "application/json")


def as_seen(told: Any) -> list[dict[str, str]]:
    """What narrowing all of them sends."""
    return [
        {"grant": it["grant"], "seen": it["seen"]}
        for it in told["results"]
        if not it["kept_because"]
    ]


@pytest.fixture
def robot(cast: Cast) -> Robot:
    """One that has written, may do more in the project, and is in two teams."""
    robot = cast.organization_robot
    own(cast, cast.repository, role="repository:write")
    own(cast, cast.project, permissions=frozenset({PULL, Permission.SCAN_CREATE}))
    crew_of(cast)
    hold_for(robot)
    use(robot, PULL, at=cast.repository)
    return robot


def test_it_tells_what_was_not_used(cast: Cast, as_owner: Client, robot: Robot) -> None:
    told = unused(as_owner, robot)
    since = timezone.now().date().toordinal() - LONG
    assert told["recorded_since"] == type(timezone.now().date()).fromordinal(since).isoformat()
    assert (told["days_to_go"], told["not_judged"]) == (0, 0)
    found = {(it["on"], it["kept_because"]): it for it in told["results"]}
    assert found.keys() == {
        ("acme/payments", "from team build"),
        ("acme/payments", "from team hush"),
        ("acme/payments", ""),
        ("acme/payments/api", ""),
    }
    level = found["acme/payments/api", ""]
    assert (level["gives"], level["left"]) == (
        "write",
        {"role": "repository:read", "permissions": []},
    )
    assert "artifact:push" in level["unused"]
    listed = found["acme/payments", ""]
    assert listed["left"] == {"role": "", "permissions": ["artifact:pull"]}
    assert listed["unused"] == ["scan:create"]


def test_it_says_how_long_it_is_recorded(as_owner: Client, robot: Robot) -> None:
    recorded_for(29)
    told = unused(as_owner, robot)
    assert (told["days_to_go"], told["results"]) == (61, [])


def test_it_narrows(as_owner: Client, cast: Cast, robot: Robot) -> None:
    with events_written() as events:
        answer = narrow(as_owner, robot, as_seen(unused(as_owner, robot)))
    assert answer.status_code == 201
    assert [it["gives"] for it in answer.json()["results"]] == ["2 permissions", "write"]
    assert {it.action for it in events} == {"grant:updated"}
    assert [it["kept_because"] for it in unused(as_owner, robot)["results"]] == [
        "from team build",
        "from team hush",
    ]


def test_what_is_another_by_now_is_409(as_owner: Client, cast: Cast, robot: Robot) -> None:
    shown = as_seen(unused(as_owner, robot))
    grant = robot.grants.get(repository=cast.repository)
    change_grant(actor=cast.owner, grant=grant, role="repository:admin")
    with events_written() as events:
        answer = narrow(as_owner, robot, shown)
    assert answer.status_code == 409
    assert "Somebody changed one of these grants meanwhile" in answer.json()["detail"]
    assert events == []


def test_a_teams_grant_is_409(as_owner: Client, robot: Robot) -> None:
    told = unused(as_owner, robot)["results"]
    [grant] = [it for it in told if it["kept_because"] == "from team build"]
    answer = narrow(as_owner, robot, [{"grant": grant["grant"], "seen": grant["seen"]}])
    assert answer.status_code == 409


@pytest.mark.parametrize("grants", [[], None, "x", [{}], [{"grant": "x", "seen": "y"}], [{}] * 300])
def test_what_cannot_be_read_changes_nothing(as_owner: Client, robot: Robot, grants: Any) -> None:
    before = list(robot.grants.values_list("role", "permissions"))
    assert narrow(as_owner, robot, grants).status_code in {400, 422}
    assert list(robot.grants.values_list("role", "permissions")) == before


def test_a_robot_narrows_where_it_may(cast: Cast, robot: Robot) -> None:
    hold_for(cast.robot)
    use(cast.robot, PULL, at=cast.project)
    watcher = Robot.objects.create(
        organization=cast.organization, name="watcher", login_name="robot_acme+watcher"
    )
    seeing = {Permission.ROBOT_READ}
    grant = RobotGrantFactory(robot=watcher, permissions=seeing)
    api = bearer(token_of(watcher)[1])
    shown = as_seen(unused(api, cast.robot))
    assert narrow(api, cast.robot, shown).status_code == 403
    grant.permissions = seeing | {Permission.GRANT_UPDATE, PULL}
    grant.save()
    assert narrow(api, cast.robot, shown).status_code == 201
    assert cast.robot.grants.get().permissions == frozenset({PULL})


def test_who_does_not_see_the_robot_is_told_nothing(cast: Cast, robot: Robot) -> None:
    stranger = bearer(token_of(cast.stranger)[1])
    assert stranger.get(url(robot, "unused-permissions")).status_code == 404
    assert narrow(stranger, robot, [{"grant": str(robot.uuid), "seen": "x"}]).status_code == 404
