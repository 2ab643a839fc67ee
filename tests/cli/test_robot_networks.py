"""`roster robot networks`, `robot create --network-mode`, `robot list --networks`: printed, and so."""

import json

import pytest

from robots.models import Robot
from tests.cli.shells import Shell

HOME = ("--allow", "10.20.0.0/16", "--allow", "192.0.2.7")


def kept(name: str) -> tuple[str, str]:
    robot = Robot.objects.get(name=name)
    return robot.addresses, robot.network_mode


def test_observed_first_and_then_enforced(roster: Shell) -> None:
    roster.good("robot", "create", "r", *HOME, "--network-mode", "observe")
    assert kept("r") == ("10.20.0.0/16 192.0.2.7", "observe")
    assert roster.good("robot", "networks", "r").splitlines() == [
        "NETWORK        MODE",
        "10.20.0.0/16   observe",
        "192.0.2.7      observe",
    ]
    assert roster.good("robot", "list", "--networks", "observed").splitlines()[1].startswith("r ")
    said = roster.good("robot", "networks", "r", "--network-mode", "enforce")
    assert said == "acme/r networks changed\n"
    assert kept("r") == ("10.20.0.0/16 192.0.2.7", "enforce")
    assert roster.good("robot", "list", "--networks", "observed") == "No robots found in acme\n"


def test_what_is_not_named_stays(roster: Shell) -> None:
    roster.good("robot", "create", "r", *HOME, "--network-mode", "observe")
    roster.good("robot", "networks", "r", "--allow", "10.0.0.0/8")
    assert kept("r") == ("10.0.0.0/8", "observe")
    roster.good("robot", "networks", "r", "--allow-all")
    assert kept("r") == ("", "observe")
    assert roster.good("robot", "networks", "r") == "acme/r may be used from everywhere\n"


def test_a_robot_is_enforced_unless_something_else_is_said(roster: Shell) -> None:
    roster.good("robot", "create", "r", *HOME)
    assert kept("r") == ("10.20.0.0/16 192.0.2.7", "enforce")
    shown = json.loads(roster.good("robot", "networks", "r", "--format", "json"))
    assert (shown["addresses"], shown["network_mode"]) == (["10.20.0.0/16", "192.0.2.7"], "enforce")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--allow", "10.0.0.1/8"), 1, "10.0.0.1/8 is one address inside 10.0.0.0/8"),
        (("--allow", "10.0.0.0/8", "--allow-all"), 2, "--allow and --allow-all"),
        (("--network-mode", "off"), 2, "--network-mode"),
    ],
)
def test_what_is_wrong_changes_nothing(
    roster: Shell, arguments: tuple[str, ...], code: int, words: str
) -> None:
    roster.good("robot", "create", "r", *HOME)
    ran = roster("robot", "networks", "r", *arguments)
    assert ran.code == code
    assert words in ran.err
    assert kept("r") == ("10.20.0.0/16 192.0.2.7", "enforce")
