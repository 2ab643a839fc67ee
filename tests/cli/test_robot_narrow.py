"""`roster robot unused` and `roster robot narrow`: what they show, what they change, and what they refuse."""

import json

import pytest

from console.permissions.vocabulary import Permission
from robots.models import Robot
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.conftest import Cast, person
from tests.robots.access.long_held import hold_for, own, recorded_for, use
from tests.team_fixtures import crew_of

PULL = Permission.ARTIFACT_PULL
LINES = [
    ["ON", "GIVES", "WITH WHAT WAS USED", "NOT USED", "NOTE"],
    ["acme/payments", "2 permissions", "artifact:pull", "scan:create"],
]


@pytest.fixture
def robot(cast: Cast) -> Robot:
    robot = cast.organization_robot
    own(cast, cast.repository, role="repository:write")
    own(cast, cast.project, permissions=frozenset({PULL, Permission.SCAN_CREATE}))
    hold_for(robot)
    use(robot, PULL, at=cast.repository)
    return robot


def lines(text: str) -> list[list[str]]:
    """The cells of a table."""
    return [
        [cell.strip() for cell in line.split("   ") if cell.strip()] for line in text.splitlines()
    ]


def test_unused(roster: Shell, cast: Cast, robot: Robot) -> None:
    crew_of(cast)
    hold_for(robot)
    shown = lines(roster.good("robot", "unused", "deploy"))
    assert shown[0] == LINES[0]
    assert LINES[1] in shown
    assert [it[:3] for it in shown if it[0].endswith("api")] == [
        ["acme/payments/api", "write", "read"]
    ]
    assert [it[-1] for it in shown if "team" in it[-1]] == ["from team build", "from team hush"]
    told = json.loads(roster.good("robot", "unused", "deploy", "--format", "json"))
    assert len(told["results"]) == 4


def test_how_long_it_is_recorded(roster: Shell, robot: Robot) -> None:
    recorded_for(29)
    assert "61 days to go" in roster.good("robot", "unused", "deploy")
    assert "61 days to go" in roster.good("robot", "narrow", "deploy", "--force")


def test_a_dry_run_changes_nothing(roster: Shell, robot: Robot) -> None:
    shown = lines(roster.good("robot", "narrow", "deploy", "--dry-run"))
    assert LINES[1] in shown
    assert robot.grants.get(repository=None).permissions == {PULL, Permission.SCAN_CREATE}


def test_narrow(roster: Shell, robot: Robot) -> None:
    asked = roster("robot", "narrow", "deploy")
    assert asked.error == "refusing to prompt in non-interactive terminal"
    assert roster.good("robot", "narrow", "deploy", "--force").splitlines() == [
        "acme/deploy: 2 permissions on acme/payments narrowed to artifact:pull",
        "acme/deploy: write on acme/payments/api narrowed to read",
    ]
    assert robot.grants.exclude(repository=None).get().role == "repository:read"
    again = roster.good("robot", "narrow", "deploy", "--force")
    assert again == "acme/deploy has nothing to narrow\n"


def test_narrow_on_one_place(roster: Shell, robot: Robot) -> None:
    wrong = roster("robot", "narrow", "deploy", "--on", "acme/other", "--force")
    assert (wrong.code, wrong.error) == (1, "nothing to narrow on acme/other")
    roster.good("robot", "narrow", "deploy", "--on", "acme/payments/api", "--force")
    assert robot.grants.get(repository=None).permissions == {PULL, Permission.SCAN_CREATE}


def test_who_may_not_is_told_what_is_missing(as_: As, cast: Cast, robot: Robot) -> None:
    viewer = person(cast.organization, "member", "v@example.com")
    own(cast, None, viewer, role="organization:viewer")
    shell = as_(viewer)
    assert LINES[1] in lines(shell.good("robot", "unused", "deploy"))
    ran = shell("robot", "narrow", "deploy", "--force")
    assert ran.code == 1
    assert "grant:update" in ran.err
