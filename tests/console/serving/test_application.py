"""Requests as the server hands them over: routes, threads, long answers."""

import asyncio
from typing import Any

import pytest
from django.db import OperationalError

from console import errors
from console.serving import answers, application
from console.serving.application import Application
from tests.console.serving.asking import Exchange, ask, exchange
from tests.console.serving.handlers import Pages, Streamed, gate


@pytest.mark.parametrize(
    "path", ["/echo/", "/echo/x", "//echo", "/Echo", "/", "/%65cho", "/x/../echo"]
)
def test_a_verifier_has_exactly_its_path_and_the_rest_is_djangos(
    app: Application, path: str
) -> None:
    assert "PATH_INFO" in ask(app, path).json
    assert "address" in ask(app, "/echo").json


def test_what_is_immediate_is_answered_while_every_thread_waits(app: Application) -> None:
    async def busy() -> tuple[int, int]:
        waiting = [asyncio.create_task(exchange(app, "/wait")) for _ in range(20)]
        waiting += [asyncio.create_task(exchange(app, "/wait/")) for _ in range(20)]
        found = (await exchange(app, "/livez")).status
        gate.set()
        return found, sum(answer.status == 200 for answer in await asyncio.gather(*waiting))

    assert asyncio.run(busy()) == (200, 40)


@pytest.mark.parametrize("body", [[], [b"asked"]])
def test_what_is_known_at_once_is_answered_while_every_thread_waits(
    app: Application, body: list[bytes]
) -> None:
    method = "POST" if body else "GET"

    async def busy() -> tuple[Any, list[Any]]:
        unknown = [f"/recall?{query}" for query in ("", "unknown", "broken") for _ in range(5)]
        waiting = [asyncio.create_task(exchange(app, it, method, body=body)) for it in unknown]
        found = (await exchange(app, "/recall?known", method, body=body)).json
        gate.set()
        return found, [answer.json for answer in await asyncio.gather(*waiting)]

    assert asyncio.run(busy()) == ({"by": "loop"}, [{"by": "thread"}] * 15)


def test_verifiers_are_answered_while_every_page_thread_waits(app: Application) -> None:
    async def busy() -> int:
        waiting = [asyncio.create_task(exchange(app, "/wait/")) for _ in range(20)]
        found = (await exchange(app, "/echo")).status
        gate.set()
        await asyncio.gather(*waiting)
        return found

    assert asyncio.run(busy()) == 200


@pytest.mark.parametrize("target", ["/wait", "/wait/", "/api/v1/wait/"])
def test_what_is_not_begun_in_time_is_503_and_said_when_to_come_back(
    app: Application, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    async def overload() -> list[Any]:
        app.verifiers.patience = app.console.patience = 0.01
        held = [asyncio.create_task(exchange(app, "/wait/")) for _ in range(app.console.size)]
        await asyncio.sleep(0)  # their turn to take the threads
        found = await exchange(app, target)
        gate.set()
        return [found, *await asyncio.gather(*held)]

    refused = asyncio.run(overload())[0]
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")


def test_an_answer_is_sent_in_pieces_that_are_made_as_they_are_taken(
    app: Application, pages: Pages
) -> None:
    streamed = pages.streamed = Streamed(50)
    ahead = []

    async def take(message: Any) -> None:
        ahead.append(streamed.made)

    answer = ask(app, "/export/", take=take)
    assert (len(answer.body), answer.is_whole) == (50 * answers.PIECE, True)
    assert [made - number for number, made in enumerate(ahead[1:51])] == [1] * 50
    assert streamed.closed.is_set()


def test_an_answer_that_is_not_taken_is_given_up_and_visibly_not_whole(
    app: Application, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "TAKE_SECONDS", 0.01)
    streamed = pages.streamed = Streamed(50)

    async def take(message: Any) -> None:
        if streamed.made > 3:
            await asyncio.Event().wait()

    answer = ask(app, "/export/", take=take)
    assert (len(answer.body), answer.is_whole) == (3 * answers.PIECE, False)
    assert streamed.closed.is_set()


def test_nothing_is_made_for_a_client_that_is_gone(app: Application, pages: Pages) -> None:
    streamed = pages.streamed = Streamed(50)

    async def leave() -> Exchange:
        left = asyncio.Event()

        async def take(message: Any) -> None:
            if streamed.made == 3:
                left.set()

        return await exchange(app, "/export/", take=take, left=left)

    assert not asyncio.run(leave()).is_whole
    assert streamed.made <= 4
    assert streamed.closed.is_set()


def test_the_path_of_a_page_is_decoded_once_and_byte_for_byte(app: Application) -> None:
    given = ask(app, "/a%2Fb/gr%C3%BC%25/").json
    assert given["PATH_INFO"].encode("latin-1").decode() == "/a/b/grü%/"


def test_head_has_no_body(app: Application) -> None:
    for target in ("/echo", "/"):
        assert ask(app, target, "HEAD").body == b""


FAULTS = [
    (OperationalError("gone"), 503, "The database does not answer", "the database does not answer"),
    (ValueError("odd"), 500, "The fault is ours", "failure"),
]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    application.failures.silent_until = errors.failures.silent_until = 0.0
    return caplog


def events(lines: pytest.LogCaptureFixture) -> list[Any]:
    return [record.msg["event"] for record in lines.records if isinstance(record.msg, dict)]


@pytest.mark.parametrize(("fault", "status", "words", "event"), FAULTS)
@pytest.mark.parametrize("target", ["/export/", "/api/v1/export/"])
def test_an_answer_whose_beginning_cannot_be_made_is_an_error_that_is_logged(
    app: Application,
    pages: Pages,
    lines: pytest.LogCaptureFixture,
    fault: Exception,
    status: int,
    words: str,
    event: str,
    target: str,
) -> None:
    streamed = pages.streamed = Streamed(0, fault)
    answer = ask(app, target)
    assert (answer.status, answer.is_whole) == (status, True)
    assert words in answer.body.decode()
    assert streamed.closed.is_set()
    assert events(lines) == [event]


@pytest.mark.parametrize(("fault", "status", "words", "event"), FAULTS)
def test_an_answer_whose_rest_cannot_be_made_is_visibly_not_whole_and_logged(
    app: Application,
    pages: Pages,
    lines: pytest.LogCaptureFixture,
    fault: Exception,
    status: int,
    words: str,
    event: str,
) -> None:
    streamed = pages.streamed = Streamed(3, fault)
    answer = ask(app, "/export/")
    assert (answer.status, len(answer.body), answer.is_whole) == (200, 3 * answers.PIECE, False)
    assert streamed.closed.is_set()
    assert events(lines) == [event]
