"""`roster token renew`: a robot renews the token that it came with, and needs no other right for it."""

import pytest
import yaml

from console.permissions.vocabulary import Permission
from robots.models import Robot
from tests.actors import holder
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.cli.test_token import made, works
from tests.conftest import Cast


def kept(shell: Shell) -> str:
    """The secret in the profile."""
    content = yaml.safe_load(shell.config.read_text())
    return str(content["profiles"][content["current"]]["token"])


@pytest.fixture
def least(cast: Cast) -> Robot:
    """A robot that may renew its own token and nothing else."""
    return holder(cast.organization, Permission.TOKEN_RENEW_SELF)


def test_into_a_file(as_: As, least: Robot) -> None:
    shell = as_(least)
    old = kept(shell)
    shown = shell.good("token", "renew", "t.json", "--kind", "compact")
    assert "renewed, the old secret ends at" in shown
    assert made(shell)["token"].startswith("rbt_")
    assert works(shell, made(shell)["token"])
    assert works(shell, old)


def test_kept_in_the_profile_again_and_again(as_: As, least: Robot) -> None:
    shell = as_(least)
    old = kept(shell)
    for _ in range(3):
        shown = shell.good("token", "renew", "--keep", "--overlap", "now")
        assert shown.endswith("the old secret ends now; the profile default has the new one\n")
    assert shell("api", "GET", "me/").code == 0
    assert not works(shell, old)


def test_without_the_right_it_says_what_is_missing(as_: As, cast: Cast) -> None:
    shell = as_(holder(cast.organization, Permission.ROBOT_READ))
    assert "token:renew-self" in shell("token", "renew", "t.json").error
    assert not (shell.home / "t.json").exists()


def test_where_it_goes_is_said_before_anything_is_made(as_: As, least: Robot) -> None:
    shell = as_(least)
    for line, words in {
        (): "Refusing to emit sensitive output. Please specify output location.",
        ("t.json", "--keep"): "Say FILE or --keep, not both.",
        ("no/t.json",): "no/t.json",
    }.items():
        assert words in shell("token", "renew", *line).error
    refused = shell("token", "renew", "--keep", ROSTER_TOKEN=kept(shell))
    assert "ROSTER_TOKEN" in refused.error
    assert shell.good("token", "renew", "-", "--format", "json")
