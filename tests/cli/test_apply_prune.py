"""What `apply --prune` would destroy is shown whole, and refused where nobody can have meant it."""

import json

import pytest

from console.models import Project
from robots.models import Robot
from tests.cli.files import NOTHING, apply, diff, refused, write
from tests.cli.shells import Shell

WITH = """\
projects: [{slug: web, name: The Web}]
roles: [{name: releaser, project: web, permissions: [artifact:push]}]
robots: [{name: ci, project: web}]
grants: [{robot: web/ci, project: web, role: web/releaser}]
"""
WITHOUT = "teams: []\n"
OWN = [
    "- grant custom:web/releaser to robot web/ci on web",
    "- robot web/ci",
    "- role web/releaser",
    "- project web",
]


@pytest.fixture
def used(roster: Shell) -> Shell:
    """The file's project, in which somebody else works as well."""
    apply(roster, WITH)
    roster.good("robot", "token", "create", "web/ci", "own", "-o", "own.json")
    roster.good("robot", "create", "hand", "--project", "web")
    roster.good("robot", "token", "create", "web/hand", "live", "-o", "live.json")
    roster.good("repository", "create", "web/site")
    roster.good("create", "token", "--project", "web", "--role", "releaser", "direct")
    return roster


def test_the_plan_names_all_that_goes(used: Shell) -> None:
    assert sorted(diff(used, WITHOUT, "--prune")) == sorted(
        [
            *OWN,
            "with token own of robot web/ci, active, never used",
            "with token direct of role releaser, active, never used",
            "with repository web/site, made by hand",
            "with robot web/hand, made by hand",
            "with token live of robot web/hand, active, never used",
            (
                "with grant artifact:delete,artifact:pull,artifact:push,chart:create,chart:delete,"
                "chart:read,label:create,scan:create,tag:create,tag:delete to robot web/hand on web,"
                " made by hand"
            ),
            "4 to delete with 6 things more.",
        ]
    )
    steps = json.loads(used.good("diff", "-f", "acme.yaml", "--prune", "--format", "json"))
    along = [one for step in steps for one in step["along"]]
    assert {"kind": "robot", "name": "web/hand", "made_by_hand": True, "state": ""} in along
    live = "active, never used"
    name = "live of robot web/hand"
    assert {"kind": "token", "name": name, "made_by_hand": False, "state": live} in along


def test_what_somebody_else_made_is_deleted_only_when_that_is_said(used: Shell) -> None:
    ran = refused(used, WITHOUT, "--prune")
    assert "this would delete what somebody else made: repository web/site, robot web/hand" in (
        ran.error
    )
    assert "--delete-unmanaged" in ran.error
    assert Robot.objects.living().filter(project__slug="web").count() == 3
    warned = used("diff", "-f", "acme.yaml", "--prune")
    assert (warned.code, "roster: warning: this would delete" in warned.err) == (0, True)
    apply(used, WITHOUT, "--prune", "--delete-unmanaged", "--remove-most-of", "acme")
    assert not Project.objects.filter(slug="web").exists()
    assert apply(used, WITHOUT, "--prune") == NOTHING


def test_what_the_file_still_needs_is_not_deleted(roster: Shell) -> None:
    apply(roster, WITH)
    without_project = WITH.partition("\n")[2]
    ran = refused(roster, without_project, "--prune", "--delete-unmanaged")
    said = "needs project web, which the file made and has no longer"
    assert f"acme.yaml, line 2: robots, entry 1: robot web/ci {said}" in ran.err
    assert f"acme.yaml, line 1: roles, entry 1: role web/releaser {said}" in ran.err
    assert Robot.objects.living().filter(name="ci", project__slug="web").exists()


def test_what_goes_with_what_the_file_needs_no_longer_says_so_too(roster: Shell) -> None:
    """A grant to somebody else's robot of the project is about a robot that would be gone."""
    apply(roster, WITH)
    roster.good("robot", "create", "hand", "--project", "web")
    ran = refused(
        roster,
        "grants: [{robot: web/hand, repository: payments/api, level: read}]",
        *("--prune", "--delete-unmanaged"),
    )
    assert "needs robot web/hand, which" in ran.err


def test_most_of_an_organization_is_not_deleted_by_a_yes(roster: Shell) -> None:
    names = [f"{{name: r{number}}}" for number in range(9)]
    apply(roster, f"robots: [{', '.join(names)}]")
    write(roster, WITHOUT)
    warned = roster.good("apply", "-f", "acme.yaml", "--prune", "--dry-run")
    assert "9 to delete." in warned
    ran = refused(roster, WITHOUT, "--prune")
    assert ran.error == (
        "this would delete 9 of the 13 projects, repositories, roles, teams, robots and services of acme;"
        " if that is meant, say --remove-most-of acme"
    )
    other = refused(roster, WITHOUT, "--prune", "--remove-most-of", "globex")
    assert other.error == "--remove-most-of says globex, and this is acme"
    asked = ("apply", "-f", "acme.yaml", "--prune")
    ran = roster.at_terminal(*asked, answers="y\n", until=b"of acme: ")
    assert (ran.code, "operation canceled" in ran.out) == (1, True)
    assert Robot.objects.living().count() > 9
    ran = roster.at_terminal(*asked, answers="acme\n", until=b"of acme: ")
    assert ran.code == 0
    assert not Robot.objects.living().filter(name__startswith="r").exists()


def test_half_of_it_is_deleted_by_a_yes(roster: Shell) -> None:
    apply(roster, "robots: [{name: a}, {name: b}]")
    assert "robot b deleted" in apply(roster, WITHOUT, "--prune")


def test_a_team_goes_with_the_people_that_somebody_put_into_it(roster: Shell) -> None:
    apply(roster, "teams: [{name: builders}]")
    roster.good("team", "member", "add", "builders", "member@example.com")
    assert diff(roster, WITHOUT, "--prune")[:2] == [
        "- team builders",
        "with team member builders/member@example.com, made by hand",
    ]
    assert "--delete-unmanaged" in refused(roster, WITHOUT, "--prune").error
