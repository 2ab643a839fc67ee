"""What a file names has to be there: all mistakes at once, each by its line, before the first change."""

import pytest

from tests.actors import events_written
from tests.cli.conftest import As
from tests.cli.files import apply, refused, write
from tests.cli.shells import Shell
from tests.conftest import Cast

MANY = """\
organization: acme
projects: [{slug: web}]
repositories:
  - path: wep/site
roles:
  - {name: odd, permissions: [artifact:pusch]}
  - {name: empty}
  - {name: wide, project: web, permissions: [member:read]}
teams:
  - name: builders
    members:
      - email: nobody@example.com
    robots:
      - nobot
      - payments/ci
robots:
  - {name: late, expires_at: 2020-01-01T00:00:00Z}
  - {name: far, expires_at: 2999-01-01T00:00:00Z}
  - {name: cared, responsible: stranger@example.com}
grants:
  - {team: bilders, project: web, level: read}
  - {team: builders, project: web, role: guest}
  - {team: builders, project: web, role: project:gast}
  - {user: nobody@example.com, level: read}
  - {robot: payments/ci, repository: payments/app, level: read}
  - {team: builders, project: web, permissions: [tag:delite]}
  - {team: builders, project: payments, role: web/wide}
"""
SAID = [
    "line 4: repositories, entry 1: there is no project wep; did you mean web?",
    "line 6: roles, entry 1: there is no permission artifact:pusch; did you mean artifact:push?",
    "line 7: roles, entry 2: permissions are missing; a role gives one at least",
    "line 8: roles, entry 3: member:read means nothing in one project",
    (
        "line 12: teams, entry 1, members, entry 1: email: nobody@example.com is not a member of the"
        " organization; invite them in the console"
    ),
    "line 14: teams, entry 1: there is no robot nobot",
    "line 15: teams, entry 1: payments/ci is a project's robot; teams take the organization's",
    (
        "line 17: robots, entry 1: expires_at 2020-01-01T00:00:00Z is over; say a moment in the future,"
        " or null for never"
    ),
    (
        "line 18: robots, entry 2: expires_at 2999-01-01T00:00:00Z is too far; say a moment in the next"
        " 36,500 days, or null"
    ),
    (
        "line 19: robots, entry 3: responsible: stranger@example.com is not a member of the organization;"
        " invite them in the console"
    ),
    "line 21: grants, entry 1: there is no team bilders; did you mean builders?",
    "line 22: grants, entry 2: there is no role guest; did you mean project:guest?",
    "line 23: grants, entry 3: there is no role project:gast; did you mean project:guest?",
    (
        "line 24: grants, entry 4: user: nobody@example.com is not a member of the organization;"
        " invite them in the console"
    ),
    "line 25: grants, entry 5: there is no repository payments/app; did you mean payments/api?",
    "line 26: grants, entry 6: there is no permission tag:delite; did you mean tag:delete?",
    "line 27: grants, entry 7: role web/wide is of the project web and can be given there alone",
]


def test_all_of_them_are_told_before_anything_is_changed(roster: Shell) -> None:
    with events_written() as events:
        ran = refused(roster, MANY)
    assert ran.err.splitlines() == [f"roster: error: acme.yaml, {text}" for text in SAID]
    assert not events
    assert roster("diff", "-f", "acme.yaml").err == ran.err


def test_with_the_mistakes_of_the_file_itself(roster: Shell) -> None:
    ran = refused(roster, "robots:\n- {name: a, colour: red}\ngrants:\n- {team: b, level: read}\n")
    assert [line.split(", ")[1] for line in ran.err.splitlines()] == [
        "line 2: robots",
        "line 4: grants",
    ]


def test_an_end_that_is_over_already_may_stay(roster: Shell, cast: Cast) -> None:
    cast.organization_robot.expires_at = cast.organization_robot.created_at
    cast.organization_robot.save()
    exported = roster.good("export")
    assert "expires_at" in exported
    assert apply(roster, exported) == "Nothing to change in acme\n"


@pytest.mark.parametrize("command", ["diff", "apply"])
def test_an_organization_is_said_once(roster: Shell, command: str) -> None:
    write(roster, "organization: acme\n")
    more = ["--yes"] if command == "apply" else []
    ran = roster(command, "-f", "acme.yaml", "-a", "globex", *more)
    said = "acme.yaml is about acme, and -a says globex; say one of them"
    assert (ran.code, ran.error) == (1, said)
    ran = roster(command, "-f", "acme.yaml", *more, ROSTER_ORGANIZATION="globex")
    assert "ROSTER_ORGANIZATION says globex" in ran.error
    assert roster(command, "-f", "acme.yaml", "-a", "acme", *more).code == 0


def test_what_diff_answers_programs(roster: Shell, as_: As, cast: Cast) -> None:
    write(roster, "robots: [{name: deploy}]")
    asked = ("diff", "-f", "acme.yaml", "--exit-code")
    assert roster(*asked).code == 0
    write(roster, "robots: [{name: new}]")
    assert roster(*asked).code == 1
    for broken in ("robots: [{name: No}]", "robots: [", "grants: [{team: none, level: read}]"):
        write(roster, broken)
        ran = roster(*asked)
        assert (ran.code, ran.error.startswith("acme.yaml, line 1: ")) == (3, True)
        assert roster("diff", "-f", "acme.yaml").code == 1
    assert roster("diff", "-f", "none.yaml", "--exit-code").code == 3
    write(roster, "robots: []")
    assert roster(*asked, ROSTER_TOKEN="nothing").code == 3
    assert roster(*asked, "--nothing").code == 2


def test_a_dry_run_shows_the_plan_and_changes_nothing(roster: Shell) -> None:
    write(roster, "robots: [{name: new}]")
    with events_written() as events:
        shown = roster.good("apply", "-f", "acme.yaml", "--dry-run")
    assert shown == roster.good("diff", "-f", "acme.yaml")
    assert "+ robot new" in shown
    assert not events
