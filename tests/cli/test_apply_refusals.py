"""Past a refusal `apply` goes on with what does not depend on it, and says at the end what became of it."""

import pytest

from console.permissions.vocabulary import CONTROL_PERMISSIONS, Permission
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.cli.conftest import As
from tests.cli.files import apply, diff, refused
from tests.cli.shells import Shell
from tests.cli.standins import Reply, StandIn
from tests.conftest import Cast

WITHOUT_TEAMS = CONTROL_PERMISSIONS - {Permission.TEAM_CREATE, Permission.ROLE_DELETE}
# Projects, repositories, teams, roles, robots, members, grants.
LISTS = 7
FILE = """\
projects: [{slug: web, name: The Web}]
teams:
  - name: builders
    members: [{email: member@example.com}]
    robots: [fleet]
robots:
  - {name: fleet, addresses: [10.0.0.0/8], disabled: true}
grants:
  - {team: builders, project: web, role: project:guest}
  - {robot: fleet, project: web, role: project:guest}
"""


@pytest.fixture
def limited(as_: As, cast: Cast) -> Shell:
    """Somebody who may do all but make teams, delete roles and what takes data permissions."""
    spec = GrantSpec(cast.organization, permissions=WITHOUT_TEAMS)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return as_(cast.member)


def test_what_does_not_depend_on_it_is_done(limited: Shell) -> None:
    ran = refused(limited, FILE)
    assert "robot fleet created" in ran.out
    assert "project web created" in ran.out
    lines = [line.removeprefix("roster: error: ") for line in ran.err.splitlines()]
    assert lines[0].startswith("team builders: ")
    assert "team:create" in lines[0]
    because = "not tried, because team builders is not as the file wants it"
    assert lines[1] == f"team member builders/member@example.com: {because}"
    assert lines[2] == f"team robot builders/fleet: {because}"
    assert lines[3] == f"grant project:guest to team builders on web: {because}"
    assert lines[-1].endswith(" not tried; mend that and run it again")
    assert lines[-1].startswith(f"{'3' if len(lines) == 5 else '2'} done, ")


def test_nothing_is_pruned_while_what_may_take_its_place_is_refused(
    limited: Shell, roster: Shell, cast: Cast
) -> None:
    old = "robots: [{name: old}]"
    apply(limited, old)
    ran = refused(limited, "teams: [{name: builders}]", "--prune")
    assert "robot old: not tried, because something that the file wants was refused" in ran.err
    assert Robot.objects.living().filter(name="old").exists()


def test_what_holds_something_that_cannot_be_deleted_stays(limited: Shell) -> None:
    apply(limited, "projects: [{slug: web}]\nrobots: [{name: ci, project: web}]")
    with_role = "\nroles: [{name: reader, project: web, permissions: [robot:read]}]"
    apply(limited, "projects: [{slug: web}]\nrobots: [{name: ci, project: web}]" + with_role)
    ran = refused(limited, "teams: []", "--prune", "--remove-most-of", "acme")
    assert "robot web/ci deleted" in ran.out
    assert "role web/reader: " in ran.err
    assert "project web: not tried, because role web/reader in it was refused" in ran.err
    assert ran.error == "1 done, 1 refused, 1 not tried; mend that and run it again"


@pytest.mark.parametrize("status", [401, 500])
def test_a_server_that_would_do_no_better_is_not_asked_again(
    shell: Shell, standin: StandIn, status: int
) -> None:
    nothing = [Reply(body={"results": [], "next": None})] * LISTS
    standin.will(*nothing, Reply(201, {"id": "1"}), Reply(status))
    shell.log_in(standin.url, "secret", "acme")
    ran = refused(shell, "teams: [{name: a}, {name: b}, {name: c}, {name: d}]")
    assert "team a created" in ran.out
    assert len(standin.asked) == LISTS + 2
    assert "roster: error: team b: the server " in ran.err
    assert ran.error == "1 done, 1 refused, 2 not tried; mend that and run it again"


def test_a_robot_is_shut_from_its_first_moment(roster: Shell, cast: Cast) -> None:
    with events_written() as events:
        apply(roster, "robots: [{name: fleet, addresses: [10.0.0.0/8], disabled: true}]")
    (event,) = events
    assert event.action == "robot:created"
    assert (event.after["addresses"], event.after["state"]) == ("10.0.0.0/8", "disabled")


OPEN_LATER = """
robots: [{name: fleet, disabled: true, addresses: [10.0.0.0/8]}]
teams: [{name: builders}]
roles: [{name: own, permissions: [robot:read]}]
grants:
  - {robot: fleet, project: payments, role: project:admin}
  - {team: builders, project: payments, level: admin}
"""
OPENED = """
robots: [{name: fleet, disabled: false, addresses: [10.0.0.0/7]}, {name: shut}]
teams: [{name: builders, members: [{email: member@example.com}], robots: [shut]}]
roles: [{name: own, permissions: [robot:read, robot:update]}]
grants:
  - {robot: fleet, project: payments, role: project:guest}
  - {team: builders, project: payments, level: read}
  - {team: builders, role: own}
"""


def test_what_opens_comes_after_what_closes(roster: Shell) -> None:
    """No robot is enabled, and nobody joins a team, while more is granted than the file says."""
    apply(roster, OPEN_LATER)
    assert [line.split(":")[0] for line in diff(roster, OPENED)][:-1] == [
        "+ robot shut",
        "~ grant to robot fleet on payments",
        "~ grant to team builders on payments",
        "~ role own",
        "~ robot fleet",
        "+ team member builders/member@example.com",
        "+ team robot builders/shut",
        "+ grant custom",
    ]
    apply(roster, OPENED)
    closing = OPENED.replace("disabled: false", "disabled: true").replace(
        "10.0.0.0/7", "10.1.0.0/16"
    )
    raised = closing.replace("project:guest", "project:maintainer")
    assert [line.split(":")[0] for line in diff(roster, raised)][:-1] == [
        "~ robot fleet",
        "~ grant to robot fleet on payments",
    ]
