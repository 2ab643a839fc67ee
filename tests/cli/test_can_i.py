"""`roster can-i`, `who-can` and `explain`: what they tell, and what they cannot."""

import json

import pytest

from tests.cli.shells import Shell


def test_can_i(roster: Shell) -> None:
    yes = roster("can-i", "artifact:push", "payments/api", "--as", "payments/ci")
    assert (yes.code, yes.out.splitlines()[0]) == (0, "yes")
    assert len(yes.out.splitlines()) > 1
    no = roster("can-i", "artifact:push", "payments/api", "--as", "deploy")
    assert (no.code, no.out.splitlines()[0], no.err) == (1, "no", "")
    mine = roster("can-i", "artifact:push", "acme/payments/api")
    assert mine.out.startswith("yes\n")
    assert json.loads(roster("can-i", "artifact:push", "payments/api", "--format", "json").out)[
        "allowed"
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("artifact:push", "payments/api", "--as", "nobody"),
        ("artifact:sing", "payments/api"),
        ("artifact:push", "payments/api", "-a", "no-such"),
        ("artifact:push", "payments/api", "--profile", "no-such"),
        ("artifact:push", "payments/api", "--server", "nonsense"),
    ],
)
def test_what_cannot_be_told_is_no_answer(roster: Shell, arguments: tuple[str, ...]) -> None:
    ran = roster("can-i", *arguments)
    assert (ran.code, ran.out) == (3, "")
    assert ran.error


def test_a_project_that_is_not_there_is_an_error(roster: Shell) -> None:
    for arguments in (("robot", "list"), ("repository", "list"), ("robot", "list", "--quiet")):
        ran = roster(*arguments, "--project", "no-such")
        assert (ran.code, ran.out) == (1, "")
        assert ran.error == "could not find project no-such in acme"
        assert roster(*arguments, "--project", "no-such", "--format", "json").out == ""


def test_who_can(roster: Shell) -> None:
    lines = roster.good("who-can", "artifact:push", "payments/api").splitlines()
    assert lines[0].split() == ["KIND", "NAME", "BECAUSE"]
    assert any(line.startswith("robot") and "ci" in line for line in lines)
    assert any(line.startswith("user") for line in lines)


def test_explain(roster: Shell) -> None:
    lines = roster.good("robot", "explain", "ci").splitlines()
    assert lines[0].split() == ["WHERE", "PERMISSIONS", "BECAUSE"]
    assert "artifact:push" in lines[1]
    assert roster.good("robot", "explain", "deploy") == "acme/deploy may do nothing\n"
    one = roster.good("robot", "explain", "ci", "artifact:pull", "payments/api")
    assert one.startswith("yes\n")
    assert roster("robot", "explain", "ci", "artifact:pull").code == 2
