"""Tokens of roles from a shell, as Kargo's users know them."""

import json

import pytest
import yaml

from tests.cli.shells import Shell

IN_PROJECT = ("--project", "payments")
CREATE = ("create", "token", *IN_PROJECT, "--role", "developer", "my-token")


@pytest.fixture
def secret(roster: Shell) -> str:
    """The secret of my-token, a token of payments' developers."""
    return roster.good(*CREATE).rpartition("Token: ")[2].strip()


def works(roster: Shell, secret: str) -> bool:
    return roster("api", "GET", "me/", ROSTER_TOKEN=secret).code == 0


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("   ") if cell.strip()]


def test_create(roster: Shell) -> None:
    shown = roster.good(*CREATE)
    said, token, secret = shown.partition("Token: ")
    assert said == (
        "Token created successfully!\n\n"
        "IMPORTANT: Save this token securely. It will not be shown again.\n\n"
    )
    assert token
    assert secret.count("\n") == 1
    assert works(roster, secret.strip())


def test_a_name_is_taken_whatever_the_role(roster: Shell, secret: str) -> None:
    ran = roster("create", "token", *IN_PROJECT, "--role", "guest", "my-token")
    assert (ran.code, ran.out) == (1, "")
    assert "lost" not in ran.error


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("get", "tokens", "-p", "nope"), "could not find project nope in acme"),
        (("get", "token", "-p", "nope", "a"), "could not find project nope in acme"),
        (("delete", "token", "-p", "nope", "a"), "could not find project nope in acme"),
        (("get", "roles", "-p", "nope"), "could not find project nope in acme"),
        (("get", "roles", "-p", "nope", "developer"), "could not find project nope in acme"),
        (("get", "tokens", *IN_PROJECT, "--role", "nope"), "could not find role nope in payments"),
        (("get", "tokens", "--system", "--role", "nope"), "could not find role nope in acme"),
    ],
)
def test_what_is_not_there_is_an_error(
    roster: Shell, arguments: tuple[str, ...], error: str
) -> None:
    for kind in ("default", "json"):
        ran = roster(*arguments, "--format", kind)
        assert (ran.code, ran.out, ran.error) == (1, "", error)


def test_nothing_there_yet_is_none(roster: Shell) -> None:
    nothing = "No tokens found in payments\n"
    assert roster.good("get", "tokens", *IN_PROJECT, "--role", "developer") == nothing
    assert roster.good("get", "tokens", *IN_PROJECT) == nothing


def test_list(roster: Shell, secret: str) -> None:
    lines = roster.good("get", "tokens", *IN_PROJECT).splitlines()
    assert cells(lines[0]) == ["NAME", "ROLE", "ROSTER MANAGED", "AGE"]
    assert cells(lines[1])[:3] == ["my-token", "developer", "true"]
    assert len(lines) == 2
    bare = roster.good("get", "tokens", *IN_PROJECT, "--no-headers")
    assert bare.startswith("my-token")
    assert roster.good("get", "tokens", *IN_PROJECT, "--role", "guest") == (
        "No tokens found in payments\n"
    )
    assert roster.good("get", "tokens", "--system") == "No tokens found in acme\n"


def test_one_as_data(roster: Shell, secret: str) -> None:
    one = ("get", "token", *IN_PROJECT, "my-token", "-o")
    as_yaml = roster.good(*one, "yaml")
    found = json.loads(roster.good(*one, "json"))
    assert yaml.safe_load(as_yaml) == found
    assert list(found) == [
        "name",
        "role",
        "level",
        "project",
        "accessId",
        "createdAt",
        "expiresAt",
        "token",
    ]
    assert (found["name"], found["role"], found["level"]) == ("my-token", "developer", "project")
    assert "token: '*** REDACTED ***'\n" in as_yaml
    assert secret not in as_yaml


def test_delete(roster: Shell, secret: str) -> None:
    roster.good("create", "token", *IN_PROJECT, "--role", "guest", "other")
    assert roster.good("delete", "token", *IN_PROJECT, "my-token", "other") == (
        "token/my-token deleted\ntoken/other deleted\n"
    )
    assert not works(roster, secret)
    again = roster("delete", "token", *IN_PROJECT, "my-token")
    assert again.error == "could not find token my-token"


def test_system_tokens_and_other_robots_tokens(roster: Shell) -> None:
    made = roster.good("create", "token", "--system", "--role", "viewer", "watch", "-o", "json")
    assert json.loads(made)["token"].count(".") == 2
    shown = roster.good("get", "tokens", "--system", "--role", "viewer")
    assert "watch" in shown
    assert "nightly" not in shown
    assert roster("get", "token", "--system", "nightly").error == "could not find token nightly"


def test_roles(roster: Shell) -> None:
    system = roster.good("get", "roles", "--system").splitlines()
    assert system[0].split("   ")[0] == "NAME"
    names = {line.split()[0] for line in system[1:]}
    assert {"owner", "viewer"} <= names
    assert not {"developer", "write"} & names
    project = {
        line.split()[0] for line in roster.good("get", "roles", "-p", "payments").splitlines()
    }
    assert {"admin", "maintainer", "developer", "guest"} <= project
    assert "viewer" not in project
    assert roster("get", "role", "--system", "none").error == "could not find role none"


def test_own_roles_stand_at_their_level_with_their_age(roster: Shell) -> None:
    create = ("api", "POST", "organizations/{organization}/roles/", "-F")
    pull = 'permissions=["artifact:pull"]'
    roster.good(*create, pull, "-f", "name=puller")
    roster.good(*create, pull, "-f", "name=payer", "-f", "project=payments")
    roster.good("project", "create", "web")
    system, payments, web = (
        {
            cells(line)[0]: cells(line)[1:]
            for line in roster.good("get", "roles", *level).splitlines()
        }
        for level in (("--system",), IN_PROJECT, ("--project", "web"))
    )
    assert {"puller"} == {"puller", "payer"} & system.keys()
    assert {"payer"} == {"puller", "payer"} & payments.keys()
    assert not {"puller", "payer"} & web.keys()
    assert system["owner"] == ["true", "-"]
    assert system["puller"][0] == payments["payer"][0] == "false"
    assert "-" not in (system["puller"][1], payments["payer"][1])
