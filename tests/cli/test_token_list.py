"""`roster token list`: which tokens it shows of each filter, and how."""

import json
from datetime import timedelta

import pytest
import yaml
from django.utils import timezone

from robots.queries import token_filters
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_token
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.cli.standins import Reply, StandIn
from tests.conftest import Cast


@pytest.fixture
def tokens(cast: Cast) -> Cast:
    """Beside acme/payments/ci's `nightly` that never ends: one that ends soon and one that is disabled."""
    soon = timezone.now() + timedelta(days=3)
    create_token(actor=cast.owner, robot=cast.robot, name="soon", kind="compact", expires_at=soon)
    robot = cast.organization_robot
    off = create_token(actor=cast.owner, robot=robot, name="off", kind="compact").token
    disable_token(actor=cast.owner, token=off)
    return cast


def names(shell: Shell, *options: str) -> list[str]:
    rows = json.loads(shell.good("token", "list", *options, "--format", "json"))
    return [row["name"] for row in rows]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--sort", "name"), ["nightly", "off", "soon"]),
        (("--sort", "-name"), ["soon", "off", "nightly"]),
        (("--state", "disabled"), ["off"]),
        (("--expiring", "14"), ["soon"]),
        (("--expiring", "never", "--sort", "name"), ["nightly", "off"]),
        (("--unused", "never", "--sort", "name"), ["nightly", "off", "soon"]),
        (("--unused", "90"), []),
        (("--owner", "role"), []),
        (("--project", "payments", "--sort", "name"), ["nightly", "soon"]),
        (("--kind", "signed"), []),
        (("--created-by", "nobody@example.com"), []),
        (("--seen-by", "left"), []),
        (("--search", "igh"), ["nightly"]),
    ],
)
def test_filters(roster: Shell, tokens: Cast, options: tuple[str, ...], found: list[str]) -> None:
    assert names(roster, *options) == found


def test_the_table(roster: Shell, cast: Cast) -> None:
    heads, row = roster.good("token", "list").splitlines()
    assert heads.split("   ")[0] == "NAME"
    assert row.split() == ["nightly", "payments/ci", "active", "never", "never"]
    heads, row = roster.good("token", "list", "--wide").splitlines()
    assert "CREATED BY" in heads
    assert str(cast.token.uuid) in row
    assert "compact" in row
    assert cast.secret not in row


def test_other_formats(roster: Shell, cast: Cast) -> None:
    (row,) = yaml.safe_load(roster.good("token", "list", "--format", "yaml"))
    assert row["access_id"] == str(cast.token.uuid)
    assert "secret" not in row


def test_none_and_what_is_not_there(roster: Shell, cast: Cast) -> None:
    assert roster.good("token", "list", "--state", "expired") == "No tokens found in acme\n"
    ran = roster("token", "list", "--project", "nowhere")
    assert ran.error == "could not find project nowhere in acme"
    assert "unused" in roster("token", "list", "--unused", "often").error


def test_who_may_see_none_is_shown_none(as_: As, cast: Cast) -> None:
    ran = as_(cast.member)("token", "list")
    assert cast.token.name not in ran.out


def test_all_pages_are_read(here: Shell, standin: StandIn) -> None:
    def row(name: str) -> dict[str, object]:
        robot = {"path": "acme/payments/ci"}
        ends = {"ends_at": None, "expires_at": None, "last_used": None}
        return {"name": name, "robot": robot, "state": "active", **ends}

    following = f"{standin.url}/api/v1/organizations/acme/tokens/?cursor=x"
    standin.will(
        Reply(body={"results": [row("one")], "next": following}),
        Reply(body={"results": [row("two")], "next": None}),
    )
    assert [line.split()[0] for line in here.good("token", "list").splitlines()[1:]] == [
        "one",
        "two",
    ]


def test_it_knows_the_filters_of_the_server(shell: Shell) -> None:
    words = " ".join(shell.good("token", "list", "--help").split())
    for choices in (
        token_filters.TOKEN_STATES,
        token_filters.TOKEN_KINDS,
        token_filters.TOKEN_ENDS,
        token_filters.OWNERS,
    ):
        assert f"[{'|'.join(choices)}]" in words


def test_help_says_that_a_secret_cannot_be_recovered(shell: Shell) -> None:
    for command in ("token list", "robot token create", "robot token rotate", "robot refresh"):
        said = " ".join(shell.good(*command.split(), "--help").split())
        assert "be recovered" in said, command
