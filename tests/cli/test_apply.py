"""`roster apply`, `diff` and `export`: one file for an organization."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from robots.models import RobotGrant, Token
from tests.actors import events_written
from tests.cli.shells import Shell
from tests.conftest import Cast

AHEAD = f"{datetime.now(UTC) + timedelta(days=400):%Y-%m-%d}T23:59:59"
EVERYTHING = """\
organization: acme
projects:
  - slug: web
    name: The Web
    description: Pages.
repositories:
  - path: web/site
    public: true
  - path: web/deep/er
roles:
  - name: releaser
    description: Releases.
    permissions: [artifact:push, artifact:pull]
    project: web
teams:
  - name: builders
    description: Build.
    members:
      - email: member@example.com
      - {email: Owner@example.com, role: owner}
    robots: [fleet]
robots:
  - name: fleet
    description: Rolls out.
    purpose: Rollouts
    labels: {tier: "1"}
    responsible: owner@example.com
    expires_at: AHEAD+00:00
    addresses: [10.0.0.0/8]
    network_mode: observe
  - name: ci
    project: web
    disabled: true
grants:
  - {team: builders, repository: web/site, level: write}
  - {team: builders, project: payments, role: project:guest}
  - {user: member@example.com, project: web, role: project:developer}
  - {robot: web/ci, project: web, role: web/releaser}
  - {robot: fleet, project: payments, permissions: [artifact:pull, chart:read]}
""".replace("AHEAD", AHEAD)
ENDLESS = f'expires_at "{AHEAD}Z" → null'
RELABELLED = 'labels {"tier": "1"} → {"tier": "2"}'
COUNT = EVERYTHING.count("\n  - ") + 3  # two members and a team's robot stand inside the team


@pytest.fixture
def file(roster: Shell) -> str:
    (roster.home / "acme.yaml").write_text(EVERYTHING)
    return "acme.yaml"


def change(roster: Shell, edit: dict[str, Any]) -> None:
    """Replace sections of the file."""
    place = roster.home / "acme.yaml"
    place.write_text(yaml.safe_dump(yaml.safe_load(place.read_text()) | edit))


def apply(roster: Shell, *more: str) -> str:
    return roster.good("apply", "-f", "acme.yaml", "--yes", *more)


def test_applied_twice_nothing_changes(roster: Shell, file: str) -> None:
    lines = apply(roster).splitlines()
    assert lines[0].startswith("Plan for acme at http://")
    assert lines[1] == "  + project web"
    assert lines[COUNT + 1] == f"{COUNT} to create."
    assert lines[COUNT + 2 :] == [
        f"{line.removeprefix('  + ')} created" for line in lines[1 : COUNT + 1]
    ]
    with events_written() as events:
        assert apply(roster) == "Nothing to change in acme\n"
    assert not events
    assert roster.good("diff", "-f", file, "--exit-code") == "Nothing to change in acme\n"


def test_what_it_says_is_so(roster: Shell, file: str) -> None:
    apply(roster)
    fleet = json.loads(roster.good("robot", "get", "fleet", "--format", "json"))
    assert (fleet["description"], fleet["labels"]) == ("Rolls out.", {"tier": "1"})
    assert fleet["purpose"] == "Rollouts"
    assert (fleet["teams"], fleet["addresses"]) == (["builders"], ["10.0.0.0/8"])
    assert fleet["network_mode"] == "observe"
    assert fleet["expires_at"] == f"{AHEAD}Z"
    ci = json.loads(roster.good("robot", "get", "web/ci", "--format", "json"))
    assert ci["state"] == "disabled"
    assert RobotGrant.objects.get(robot__login_name="robot_acme.web+ci").custom_role
    assert roster("can-i", "artifact:push", "web/site", "--as", "fleet").out.startswith("yes")
    assert not Token.objects.filter(robot__name="fleet").exists()


def test_an_export_changes_nothing_and_makes_the_same_again(roster: Shell, file: str) -> None:
    apply(roster)
    exported = roster.good("export")
    (roster.home / "again.yaml").write_text(exported)
    assert roster.good("diff", "-f", "again.yaml", "--prune") == "Nothing to change in acme\n"
    content = yaml.safe_load(exported)
    assert content["organization"] == "acme"
    modes = {robot["name"]: robot.get("network_mode") for robot in content["robots"]}
    # What a new robot has anyway is not worth a line.
    assert (modes["fleet"], modes["ci"]) == ("observe", None)
    assert "Rollouts" in [robot.get("purpose") for robot in content["robots"]]
    assert {"slug": "web", "name": "The Web", "description": "Pages."} in content["projects"]
    assert {"robot": "web/ci", "project": "web", "role": "web/releaser"} in content["grants"]
    assert content["teams"][0]["members"] == [
        {"email": "member@example.com", "role": "member"},
        {"email": "owner@example.com", "role": "owner"},
    ]


def test_an_export_has_no_secrets_and_no_role_accounts(roster: Shell, cast: Cast) -> None:
    made = roster.good("create", "token", "--system", "--role", "viewer", "watch", "-o", "json")
    exported = roster.good("export")
    assert "role.viewer" not in exported
    assert "watch" not in exported
    assert "nightly" not in exported
    assert cast.secret not in exported
    assert json.loads(made)["token"] not in exported


def test_the_plan_is_shown_before_somebody_says_yes(roster: Shell, file: str) -> None:
    no = roster.at_terminal("apply", "-f", file, answers="n\n", until=b"[y/n]: ")
    assert no.code == 1
    assert f"{COUNT} to create.\nApply these changes? [y/n]: n\n" in no.out
    assert roster("project", "get", "web").code == 1
    ran = roster("apply", "-f", file)
    assert ran.error == "refusing to prompt in non-interactive terminal"
    assert roster.at_terminal(
        "apply", "-f", file, "--quiet", answers="y\n", until=b"[y/n]: "
    ).out.startswith("Plan for acme")
    assert roster("project", "get", "web").code == 0


def test_changes(roster: Shell, file: str) -> None:
    apply(roster)
    change(
        roster,
        {
            "projects": [{"slug": "web", "description": "Sites."}],
            "robots": [
                {"name": "fleet", "expires_at": None, "labels": {"tier": "2"}},
                {"name": "ci", "project": "web", "disabled": False},
            ],
        },
    )
    plan = roster.good("diff", "-f", file).splitlines()
    assert plan[1:] == [
        '  ~ project web: description "Pages." → "Sites."',
        f"  ~ robot fleet: {RELABELLED}, {ENDLESS}",
        "  ~ robot web/ci: disabled true → false",
        "3 to change.",
    ]
    assert roster("diff", "-f", file, "--exit-code").code == 1
    as_data = json.loads(roster.good("diff", "-f", file, "--format", "json"))
    assert [step["action"] for step in as_data] == ["change"] * 3
    apply(roster)
    assert apply(roster) == "Nothing to change in acme\n"


def test_prune_deletes_what_it_made_and_nothing_else(roster: Shell, file: str) -> None:
    apply(roster)
    roster.good("robot", "create", "by-hand")
    change(
        roster,
        {
            "projects": [],
            "repositories": [],
            "roles": [],
            "robots": [],
            "grants": [],
            "teams": [{"name": "builders"}],
        },
    )
    assert apply(roster) == "Nothing to change in acme\n"
    plan = apply(roster, "--prune")
    assert plan.splitlines()[-1] == "project web deleted"
    assert "\nteam builders deleted" not in plan
    assert roster("project", "get", "web").code == 1
    assert roster("robot", "get", "fleet").code == 1
    assert roster.good("robot", "get", "by-hand")
    assert roster.good("robot", "get", "payments/ci")
    assert "No members" in roster.good("team", "member", "list", "builders")
    assert apply(roster, "--prune") == "Nothing to change in acme\n"


def test_what_was_made_again_by_somebody_is_not_pruned(roster: Shell, file: str) -> None:
    change(
        roster,
        {
            "projects": [],
            "repositories": [],
            "roles": [],
            "teams": [],
            "grants": [],
            "robots": [{"name": "fleet"}],
        },
    )
    apply(roster)
    roster.good("robot", "delete", "fleet", "--force")
    roster.good("robot", "create", "fleet")
    change(roster, {"robots": []})
    assert apply(roster, "--prune") == "Nothing to change in acme\n"
    assert roster.good("robot", "get", "fleet")


def test_a_state_file_of_another_place(roster: Shell, file: str) -> None:
    state = roster.home / "acme.state.json"
    state.write_text(json.dumps({"server": "https://x", "organization": "acme", "created": []}))
    ran = roster("apply", "-f", file, "--yes")
    assert "acme.state.json is about acme at https://x" in ran.error
    state.write_text("{}")
    assert "is not a state file" in roster("diff", "-f", file).error
    assert roster.good("diff", "-f", file, "--state", "other.json")


def test_from_standard_input(roster: Shell) -> None:
    document = "projects: [{slug: web}]"
    ran = roster("apply", "-f", "-", typed=document)
    assert ran.error == "refusing to prompt in non-interactive terminal"
    assert roster("apply", "-f", "-", "--prune", "--yes", typed=document).code == 2
    roster.good("apply", "-f", "-", "--yes", typed=document)
    assert roster.good("diff", "-f", "-", typed=document) == "Nothing to change in acme\n"
