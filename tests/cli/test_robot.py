"""`roster robot`: what it prints, and what is so afterwards."""

import json
from datetime import timedelta

import pytest
import yaml
from django.utils import timezone

from robots.accounts.services.robots import create_robot
from robots.models import Robot
from tests.cli.conftest import As
from tests.cli.shells import Shell
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


def robot(roster: Shell, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(roster.good("robot", "get", name, "--format", "json"))
    return found


def test_create_an_organization_robot(roster: Shell) -> None:
    assert roster.good("robot", "create", "my-robot") == "acme/my-robot created\n"
    made = robot(roster, "my-robot")
    assert (made["login_name"], made["permissions"]) == ("robot_acme+my-robot", [])
    assert (made["level"], made["expires_at"]) == ("organization", None)


def test_create_a_project_robot(roster: Shell) -> None:
    shown = roster.good("robot", "create", "bot", "--project", "payments", "--expires-in", "90d")
    assert shown == "acme/payments/bot created\n"
    made = robot(roster, "payments/bot")
    assert made["login_name"] == "robot_acme.payments+bot"
    assert made["permissions"] == TEN
    assert made["expires_at"]


@pytest.mark.parametrize(
    ("arguments", "permissions"),
    [
        (("--project", "payments", "--permission", "none"), []),
        (("--project", "payments", "--permission", "all"), TEN),
        (
            (
                "--project",
                "payments",
                "--permission",
                "artifact:pull",
                "--permission",
                "chart:read",
            ),
            ["artifact:pull", "chart:read"],
        ),
        (("--permission", "none"), []),
        (("--permission", "artifact:pull"), ["artifact:pull"]),
        (("--permission", "all"), TEN),
    ],
)
def test_permissions(roster: Shell, arguments: tuple[str, ...], permissions: list[str]) -> None:
    roster.good("robot", "create", "bot", *arguments)
    assert robot(roster, "bot")["permissions"] == permissions


def test_everything_that_can_be_said_of_a_new_robot(roster: Shell) -> None:
    roster.good(
        "robot",
        "create",
        "bot",
        "--purpose",
        "Release pipeline",
        "--description",
        "Builds.",
        "--expires-in",
        "never",
        "--label",
        "team=web",
        "--responsible",
        "owner@example.com",
    )
    made = robot(roster, "bot")
    assert (made["description"], made["labels"]) == ("Builds.", {"team": "web"})
    assert made["purpose"] == "Release pipeline"
    assert "bot" in roster.good("robot", "list", "--purpose", "Release pipeline")
    assert "No robots found" in roster.good("robot", "list", "--purpose", "Release")
    assert (made["responsible"], made["expires_at"]) == ("owner@example.com", None)


def test_an_error_by_field(roster: Shell) -> None:
    ran = roster("robot", "create", "Not A Name")
    assert (ran.code, ran.out) == (1, "")
    assert ran.error.startswith("name: ")
    assert roster("robot", "create", "deploy").code == 1


def test_list(roster: Shell, cast: Cast) -> None:
    Robot.objects.update(created_at=timezone.now() - timedelta(days=5))
    lines = roster.good("robot", "list").splitlines()
    assert lines[0].split() == ["NAME", "ID", "DESCRIPTION", "CREATED"]
    rows = [line.split() for line in lines[1:]]
    assert [row[:2] for row in rows] == [
        ["payments/ci", str(cast.robot.uuid)],
        ["deploy", str(cast.organization_robot.uuid)],
    ]
    assert [row[-1] for row in rows] == ["5d", "5d"]
    column = lines[0].index("ID")
    assert lines[1][column - 3 : column] == "   "
    assert all(line[column:].startswith(row[1]) for line, row in zip(lines[1:], rows, strict=True))


def test_list_some(roster: Shell) -> None:
    assert "deploy" not in roster.good("robot", "list", "--project", "payments")
    assert "payments/ci" not in roster.good("robot", "list", "-q", "deploy")
    assert roster.good("robot", "list", "--state", "disabled") == "No robots found in acme\n"


def test_formats(roster: Shell) -> None:
    as_json = json.loads(roster.good("robot", "list", "--format", "json"))
    as_yaml = yaml.safe_load(roster.good("--format", "yaml", "robot", "list"))
    assert as_json == as_yaml
    assert {row["name"] for row in as_json} == {"ci", "deploy"}


def test_an_empty_list(roster: Shell) -> None:
    roster.good("robot", "delete", "ci", "--force")
    roster.good("robot", "delete", "deploy", "--force")
    assert roster.good("robot", "list") == "No robots found in acme\n"
    assert roster.good("robot", "list", "--quiet") == ""
    ran = roster("robot", "list", "--format", "json")
    assert (ran.out, ran.err) == ("[]\n", "")


def test_names(roster: Shell, cast: Cast) -> None:
    roster.good("robot", "create", "ci")
    ambiguous = roster("robot", "get", "ci").error
    assert ambiguous == (
        "several robots are named ci: acme/ci, acme/payments/ci; say which as PROJECT/NAME"
    )
    for name in ("payments/ci", "acme/payments/ci", str(cast.robot.uuid)):
        assert robot(roster, name)["path"] == "acme/payments/ci"
    assert robot(roster, "acme/ci")["level"] == "organization"
    assert roster("robot", "get", "nope").error == "could not find robot nope in acme"
    assert roster("robot", "get", "other/ci").error == "could not find robot other/ci in acme"


def test_disable_and_enable(roster: Shell, cast: Cast) -> None:
    assert roster.good("robot", "disable", "ci") == "acme/payments/ci disabled\n"
    assert robot(roster, "ci")["state"] == "disabled"
    assert roster.good("robot", "enable", "ci") == "acme/payments/ci enabled\n"
    assert robot(roster, "ci")["state"] == "active"


def test_delete(roster: Shell) -> None:
    question = "Are you sure you want to delete this robot? [y/n]: "
    ran = roster.at_terminal("robot", "delete", "ci", answers="y\n", until=b"[y/n]: ")
    assert ran.out == (
        f"{question}y\n"
        "Deleting robot acme/payments/ci. This cannot be undone.\n"
        "acme/payments/ci deleted\n"
    )
    assert not Robot.objects.filter(name="ci", organization__slug="acme", deleted_at=None).exists()


def test_teams(roster: Shell) -> None:
    roster.good("team", "create", "builders")
    joined = roster.good("robot", "team", "join", "builders", "deploy")
    assert joined == 'Adding robot "deploy" to team "builders"\n'
    assert roster.good("robot", "team", "list", "deploy") == "TEAMS\nbuilders\n"
    ran = roster.at_terminal(
        "robot", "team", "leave", "builders", "deploy", answers="y\n", until=b"[y/n]: "
    )
    assert ran.out == (
        "Are you sure you want to remove this robot from the team? [y/n]: y\n"
        'Removing robot "deploy" from team "builders"\n'
        'Removed robot "deploy" from team "builders"\n'
    )
    empty = roster.good("robot", "team", "list", "deploy")
    assert empty == "No teams found for robot deploy in acme\n"
    assert roster("robot", "team", "join", "nobodies", "deploy").error == (
        "could not find team nobodies in acme"
    )


def test_who_may_not_hears_what_is_missing(as_: As, cast: Cast) -> None:
    member = as_(cast.member)
    assert "robot:create" in member("robot", "create", "bot").error
    robot_s = as_(cast.robot)
    assert robot_s("robot", "create", "bot").code == 1


def test_somebody_else_s_organization_is_not_there(roster: Shell, as_: As, cast: Cast) -> None:
    foreign = roster("robot", "list", "-a", "globex")
    missing = roster("robot", "list", "-a", "no-such")
    assert foreign.error.replace("globex", "*") == missing.error.replace("no-such", "*")
    assert as_(cast.stranger)("robot", "get", str(cast.robot.uuid)).code == 1


def test_a_name_that_is_taken_is_said_once(roster: Shell) -> None:
    for more in ((), ("--project", "payments")):
        roster.good("robot", "create", "taken", *more)
        ran = roster("robot", "create", "taken", *more)
        assert (ran.code, ran.err.count("taken already") + ran.err.count("exists")) == (1, 1), ran


def test_completion_asks_the_server(roster: Shell) -> None:
    def complete(line: str) -> set[str]:
        words = line.split(" ")
        shown = roster.good(
            _ROSTER_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
        )
        return {one.removeprefix("plain,") for one in shown.split()}

    assert complete("roster robot get ") == {"payments/ci", "deploy"}
    assert complete("roster robot get de") == {"deploy"}
    assert complete("roster robot token delete payments/ci ni") == {"nightly"}
    assert complete("roster project get pay") == {"payments"}
    assert complete("roster repository get pay") == {"payments/api"}
    assert complete("roster robot create x --project pay") == {"payments"}
    assert complete("roster robot get c") == {"ci"}
    assert complete("roster robot get pay") == {"payments/ci"}
    assert complete("roster robot token delete ci ni") == {"nightly"}
    assert complete("roster can-i artifact:pu") == {"artifact:push", "artifact:pull"}
    assert complete("roster robot create x --permission a") >= {"all", "artifact:pull"}
    assert "project:create" in complete("roster who-can pro")
    assert complete("roster get tokens -p payments --role dev") == {"developer"}
    assert complete("roster robot list -a ac") == {"acme"}
    for files in ("robot token create ci x -o t", "api POST me/ --input t", "--ca-bundle t"):
        assert complete(f"roster {files}") == {"file,t"}


def test_a_bare_name_that_two_robots_have_is_not_offered(roster: Shell, cast: Cast) -> None:
    create_robot(actor=cast.owner, organization=cast.organization, name="ci")
    words = {"COMP_WORDS": "roster robot get c", "COMP_CWORD": "3"}
    assert roster.good(_ROSTER_COMPLETE="bash_complete", **words) == "plain,ci\n"


@pytest.mark.parametrize("thing", ["robot", "project", "repository", "team"])
def test_a_secret_is_searched_for_nowhere(roster: Shell, cast: Cast, thing: str) -> None:
    """Nor sent in an address: of it the server would hear as well as every log between."""
    for pasted in (cast.secret, f"Bearer {cast.secret}"):
        ended = roster(thing, "list", "-q", pasted)
        assert ended.code == 1
        assert "that looks like a secret, so nothing was sent" in ended.err
        assert cast.secret not in ended.out + ended.err
