"""How things are printed: columns, ages, which organization, and quietly."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from tests.cli.shells import Ran, Shell
from tests.cli.standins import Reply, StandIn


def teams(*rows: tuple[str, str]) -> Reply:
    """A list of teams: name and when each was created."""
    return Reply(
        body={
            "results": [{"id": f"id-{name}", "name": name, "created_at": at} for name, at in rows],
            "next": None,
        }
    )


# Half a unit away from where the word changes, so that no slow machine changes it.
AGES: list[tuple[dict[str, float], str]] = [
    ({"seconds": 5 * 60 + 30}, "5m"),
    ({"minutes": 28.5}, "28m"),
    ({"minutes": 150.5}, "150m"),
    ({"hours": 5, "minutes": 20.5}, "5h20m"),
    ({"hours": 8, "minutes": 30}, "8h"),
    ({"hours": 47.5}, "47h"),
    ({"days": 7, "hours": 6.5}, "7d6h"),
    ({"days": 7, "hours": 0.5}, "7d"),
    ({"days": 100.5}, "100d"),
    ({"days": 3 * 365 + 20.5}, "3y20d"),
    ({"days": 9 * 365 + 20.5}, "9y"),
]


def test_ages(here: Shell, standin: StandIn) -> None:
    now = datetime.now(UTC)
    moments = [(now - timedelta(**ago)).isoformat().replace("+00:00", "Z") for ago, _ in AGES]
    standin.will(teams(*((f"t{number}", at) for number, at in enumerate(moments))))
    shown = [line.split()[-1] for line in here.good("team", "list").splitlines()[1:]]
    assert shown[0].startswith(AGES[0][1])
    assert shown[1:] == [words for _, words in AGES[1:]]


def test_columns_are_three_spaces_apart_and_in_line(here: Shell, standin: StandIn) -> None:
    old = "2001-01-01T00:00:00Z"
    standin.will(teams(("a", old), ("äö", old), ("日本", old), ("longest", old)))
    lines = here.good("team", "list").splitlines()
    assert lines[0] == "NAME      ID           CREATED"
    assert [line.index("id-") for line in lines[1:]] == [10, 10, 8, 10]
    assert lines[4].startswith("longest   id-longest   ")
    assert not any(line.endswith(" ") for line in lines)


def test_no_colour_and_no_progress_without_a_terminal(here: Shell, standin: StandIn) -> None:
    standin.will(teams(("a", "2001-01-01T00:00:00Z")))
    ran = here("team", "list", FORCE_COLOR="1", CLICOLOR_FORCE="1")
    assert "\x1b" not in ran.out + ran.err


def test_which_organization_counts(here: Shell, standin: StandIn) -> None:
    standin.will(teams())
    environment = {"ROSTER_ORGANIZATION": "globex"}
    here.good("team", "list")
    here.good("team", "list", **environment)
    here.good("team", "list", "-a", "initech", **environment)
    here.good("-a", "initech", "team", "list")
    here.good("team", "list", "--organization", "../x")
    slugs = [asked.path.split("/")[4] for asked in standin.asked]
    assert slugs == ["acme", "globex", "initech", "initech", "..%2Fx"]


@pytest.mark.parametrize("position", [0, 1, 2])
def test_global_options_stand_anywhere(here: Shell, standin: StandIn, position: int) -> None:
    standin.will(teams(("a", "2001-01-01T00:00:00Z")))
    words = ["team", "list"]
    words[position:position] = ["--format", "json"]
    assert json.loads(here.good(*words))[0]["name"] == "a"


def test_quiet_leaves_results_and_errors(here: Shell, standin: StandIn) -> None:
    made: dict[str, Any] = {"id": "an-id", "name": "a"}
    standin.will(Reply(201, made))
    assert here.good("team", "create", "a", "--quiet") == ""
    shown = here("team", "create", "a", "--quiet", "--format", "json")
    assert (json.loads(shown.out), shown.err) == (made, "")
    loud = here("team", "create", "a", "--format", "json")
    assert (json.loads(loud.out), loud.err) == (made, "acme/a created\n")
    standin.will(Reply(403, {"detail": "No."}))
    assert here("team", "create", "a", "--quiet").error == "No"


STEERS = "a\x1b]0;x\x07b\n\x9b2J\u202e"
SHOWN = "a\\x1b]0;x\\x07b \\x9b2J\\u202e"
ONE = {"id": "an-id", "name": STEERS, "path": STEERS}
ROLE_TOKEN = dict.fromkeys(
    ("name", "role", "level", "project", "access_id", "created_at", "expires_at"), ""
)


def one(**more: Any) -> Reply:
    return Reply(body={"results": [ONE | more], "next": None})


def steers_nothing(ran: Ran) -> bool:
    return (ran.out + ran.err).replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("arguments", "replies"),
    [
        (("team", "list"), [Reply(400, {"detail": STEERS})]),
        (("team", "list"), [Reply(403, {"title": STEERS, "owners": [STEERS]})]),
        (("team", "list"), [Reply(422, {"errors": [{"field": STEERS, "message": STEERS}]})]),
        (("team", "create", "a"), [Reply(201, ONE)]),
        (
            ("can-i", "artifact:pull", "payments/api"),
            [Reply(body={"allowed": True, "reason": STEERS, "because": [STEERS]})],
        ),
        (("login", "-t", "secret"), [Reply(body={"kind": "user", "email": STEERS})]),
        (
            ("create", "token", "--system", "--role", "viewer", "a"),
            [Reply(201, ROLE_TOKEN | {"secret": STEERS})],
        ),
    ],
)
def test_what_a_server_says_cannot_steer_the_terminal(
    here: Shell, standin: StandIn, arguments: tuple[str, ...], replies: list[Reply]
) -> None:
    standin.will(*replies)
    ran = here(*arguments)
    assert SHOWN in ran.out + ran.err
    assert steers_nothing(ran)


def test_a_question_cannot_steer_the_terminal(here: Shell, standin: StandIn) -> None:
    where = one(path="acme/payments/api")
    grant = one(scope={"kind": "repository"}, role="repository:read")
    team = Reply(body=ONE)
    standin.will(team, where, grant)
    ran = here.at_terminal(
        "repository",
        "permission",
        "revoke",
        "3c8bb0ad-5c0f-4a1c-9d0e-7b1f1f0f2d11",
        "payments/api",
        answers="n\n",
        until=b"[y/n]: ",
    )
    assert f'the permission for team "{SHOWN}" in' in ran.out
    assert steers_nothing(ran)


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_data_is_whole_and_cannot_steer_the_terminal(
    here: Shell, standin: StandIn, form: str, read: Callable[[str], Any]
) -> None:
    for name in (STEERS, "\x9b", "\u202e", "\x7f", "ä日本\u00a0\U0001f468\u200d\U0001f469"):
        standin.will(one(name=name))
        ran = here("team", "list", "--format", form)
        assert read(ran.out)[0]["name"] == name
        assert steers_nothing(ran)
    standin.will(one(name="ä日本", path="acme/ä日本"))
    assert "ä日本" in here.good("team", "list", "--format", form)


def test_completion_leaves_out_what_would_steer_the_terminal(here: Shell, standin: StandIn) -> None:
    rows = [ONE, ONE | {"name": "apples"}]
    standin.will(Reply(body={"results": rows, "next": None}))
    words = {"COMP_WORDS": "roster team get a", "COMP_CWORD": "3"}
    assert here.good(_ROSTER_COMPLETE="bash_complete", **words).splitlines() == ["plain,apples"]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", ""),
        ("pay", "q=pay"),
        ("payments/", "project=payments"),
        ("payments/web/a", "project=payments&q=web%2Fa"),
    ],
)
def test_completion_asks_for_what_was_typed(
    here: Shell, standin: StandIn, typed: str, asked: str
) -> None:
    standin.will(one(path="acme/payments/web/app"))
    words = {"COMP_WORDS": f"roster repository get {typed}", "COMP_CWORD": "3"}
    shown = here.good(_ROSTER_COMPLETE="bash_complete", **words)
    assert shown == "plain,payments/web/app\n"
    assert standin.asked[-1].path.partition("?")[2] == asked
