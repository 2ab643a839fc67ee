"""What happens between the command and the server: repeats, waits, odd answers, and plain http."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from tests.cli.shells import Ran, Shell
from tests.cli.standins import EMPTY, SECRET, Reply, StandIn

NOW = {"Retry-After": "0"}
LOG_IN = "Run `roster login -a ORGANIZATION`"


def robots(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "id": f"id-{number}",
            "name": f"r{number}",
            "path": f"acme/r{number}",
            "project": None,
            "description": "",
            "created_at": "2026-01-01T00:00:00Z",
        }
        for number in range(start, start + count)
    ]


def test_the_token_is_a_bearer_s_and_in_no_address(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(body=EMPTY))
    assert here.good("robot", "list") == "No robots found in acme\n"
    (asked,) = standin.asked
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"
    assert asked.headers["User-Agent"].startswith("roster-cli/")
    assert asked.path == "/api/v1/organizations/acme/robots/?limit=200"


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(429, headers=NOW),
        Reply(502, headers=NOW),
        Reply(503, headers=NOW),
        Reply(504, headers=NOW),
        Reply(503, headers={"Retry-After": format_datetime(datetime.now(UTC), usegmt=True)}),
        Reply(hangs_up=True),
    ],
)
def test_a_question_is_asked_again(here: Shell, standin: StandIn, trouble: Reply) -> None:
    standin.will(trouble, trouble, Reply(body=EMPTY))
    here.good("robot", "list")
    assert len(standin.asked) == 3


def test_it_gives_up_after_six(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(429, headers=NOW))
    ran = here("robot", "list")
    assert (ran.code, ran.error) == (1, "too many requests; try again in 0 seconds")
    assert len(standin.asked) == 6


def test_a_long_wait_is_told_instead(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(429, headers={"Retry-After": "3600"}))
    assert here("robot", "list").error == "too many requests; try again in 3600 seconds"
    assert len(standin.asked) == 1


def test_what_might_happen_twice_is_not_sent_again(here: Shell, standin: StandIn) -> None:
    for trouble in (Reply(hangs_up=True), *(Reply(it, headers=NOW) for it in (502, 503, 504))):
        standin.asked.clear()
        standin.will(trouble, Reply(201, body={"name": "builders"}))
        assert here("team", "create", "builders").code == 1
        assert len(standin.asked) == 1


def test_what_was_turned_away_is_sent_again(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(429, headers=NOW), Reply(201, body={"name": "builders"}))
    assert here.good("team", "create", "builders") == "acme/builders created\n"


def test_deleted_twice_is_deleted(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(body={"slug": "payments"}), Reply(hangs_up=True), Reply(404))
    assert here.good("project", "delete", "payments", "--force") == "acme/payments deleted\n"


def test_deleted_before_is_an_error(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(body={"slug": "payments"}), Reply(404))
    assert "not found" in here("project", "delete", "payments", "--force").error


def create_token(here: Shell) -> Ran:
    return here("robot", "token", "create", "r0", "nightly", "-o", "token.json")


def test_a_token_is_made_once_however_often_it_is_asked_for(here: Shell, standin: StandIn) -> None:
    found = Reply(body=EMPTY | {"results": robots(1)})
    made = {"access_id": "an-id", "name": "nightly", "secret": "the-secret"}
    standin.will(found, Reply(hangs_up=True), Reply(503, headers=NOW), Reply(201, body=made))
    once = "The secret is given out once and cannot be recovered.\n"
    assert create_token(here) == Ran(0, "acme/r0/nightly created\n", once)
    keys = {asked.headers["Idempotency-Key"] for asked in standin.asked[1:]}
    assert len(standin.asked) == 4
    assert len(keys) == 1
    written = (here.home / "token.json").read_text()
    assert written == '{"accessId":"an-id","token":"the-secret"}\n'


def test_a_token_whose_answer_was_lost(here: Shell, standin: StandIn) -> None:
    place = "/api/v1/organizations/acme/robots/id-0/tokens/an-id/"
    there = Reply(409, {"detail": "That was done before.", "location": place})
    standin.will(Reply(body=EMPTY | {"results": robots(1)}), Reply(hangs_up=True), there)
    ran = create_token(here)
    assert ran.code == 1
    assert "the answer with it was lost" in ran.error
    assert ran.error.endswith(place)
    assert not (here.home / "token.json").exists()


def test_a_list_is_followed_to_its_end_at_the_same_server(here: Shell, standin: StandIn) -> None:
    next_page = "https://elsewhere.example.com/api/v1/organizations/acme/robots/?cursor=abc"
    first = EMPTY | {"results": robots(2), "next": next_page}
    standin.will(Reply(body=first), Reply(body=EMPTY | {"results": robots(1, start=2)}))
    names = [line.split()[0] for line in here.good("robot", "list").splitlines()]
    assert names == ["NAME", "r0", "r1", "r2"]
    assert standin.asked[1].path == "/api/v1/organizations/acme/robots/?cursor=abc"


@pytest.mark.parametrize(
    "odd",
    [
        Reply(body=b"<!doctype html><title>Welcome to nginx</title>"),
        Reply(body=b"[1, 2"),
        Reply(body=[]),
        Reply(body={"results": "none"}),
        Reply(body={"results": [1, 2]}),
        Reply(body={"results": [{"name": "r0"}]}),
        Reply(body=b"null"),
        Reply(body=b"\xff"),
        Reply(body=b"[" * 100_000),
        Reply(body=b""),
        Reply(204),
        Reply(304),
        Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
        Reply(body=EMPTY | {"next": "http://127.0.0.1/somewhere/else/"}),
    ],
)
def test_an_odd_answer(here: Shell, standin: StandIn, odd: Reply) -> None:
    standin.will(odd)
    error = here("robot", "list").error
    assert error == f"{standin.url} does not answer like Roster; check the address"


def test_a_redirect_is_not_followed(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(301, headers={"Location": "https://roster.example.com/api/v1/"}))
    assert "https://roster.example.com/api/v1/" in here("robot", "list").error
    assert len(standin.asked) == 1


def problem(status: int, **said: Any) -> Reply:
    return Reply(status, said, {"Content-Type": "application/problem+json", "X-Request-ID": "r-1"})


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (problem(401), f"the server does not accept this token; it may have ended. {LOG_IN}"),
        (
            problem(
                403, detail="You may not do that.", permission="robot:view", owners=["o@x.org"]
            ),
            "You may not do that: it takes robot:view; o@x.org can give it",
        ),
        (
            problem(422, errors=[{"field": "name", "message": "Taken."}, {"message": "Bad."}]),
            "name: Taken; Bad",
        ),
        (
            problem(400, detail="Unknown field.", errors=[{"field": "x", "message": "No such."}]),
            "Unknown field: x: No such",
        ),
        (problem(409, detail="It is there.", location="/api/v1/x/"), "It is there (/api/v1/x/)"),
        (problem(404), "not found, or not for you to see: /api/v1/organizations/acme/robots/"),
        (problem(405, detail="No."), "No"),
        (problem(500), "the server failed with 500 (request r-1); try again, or tell who runs it"),
        (
            Reply(502, b"<html>", NOW),
            "the server failed with 502; try again, or tell who runs it",
        ),
        (Reply(500, b"[" * 100_000), "the server failed with 500; try again, or tell who runs it"),
        (problem(403, detail=7, permission=[], owners=5), "7"),
        (problem(422, errors={"name": "Taken."}), "the server does not accept these values"),
    ],
)
def test_errors_are_sentences(here: Shell, standin: StandIn, reply: Reply, error: str) -> None:
    standin.will(reply)
    ran = here("robot", "list")
    assert (ran.code, ran.out, ran.err) == (1, "", f"roster: error: {error}\n")


def test_a_refused_token_of_the_environment(here: Shell, standin: StandIn) -> None:
    standin.will(problem(401))
    assert "ROSTER_TOKEN" in here("robot", "list", ROSTER_TOKEN="other").error
    assert standin.asked[0].headers["Authorization"] == "Bearer other"


def test_a_description_cannot_steer_the_terminal(here: Shell, standin: StandIn) -> None:
    (row,) = robots(1)
    standin.will(Reply(body=EMPTY | {"results": [row | {"description": "a\x1b[2J\nb\u202e"}]}))
    shown = here.good("robot", "list")
    assert "a\\x1b[2J b\\u202e" in shown
    assert json.loads(here.good("robot", "list", "--format", "json"))[0]["description"][1] == "\x1b"


def test_many_pages_are_counted_where_somebody_watches(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(body=EMPTY | {"results": robots(250)}))
    shown = here.at_terminal("robot", "list").out
    assert "Reading …" in shown
    assert shown.count("\nr") == 250
    ran = here("robot", "list")
    assert (ran.err, ran.out.count("\nr")) == ("", 250)


def test_a_closed_pipe_is_quiet(here: Shell, standin: StandIn) -> None:
    import subprocess

    from tests.cli.shells import PROGRAM

    standin.will(Reply(body=EMPTY | {"results": robots(5000)}))
    with subprocess.Popen(
        [*PROGRAM, "robot", "list"],
        cwd=here.home,
        env=here.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith("NAME")
        process.stdout.close()
        assert process.stderr.read() == ""
