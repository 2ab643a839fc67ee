"""Bodies: whole, up to a size, by a deadline, in bounded memory."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from console.serving import application, bodies, endpoints
from console.serving.application import Application
from tests.console.serving.asking import SILENCE, ask, exchange

LIMIT = endpoints.MAX_BODY


BODIES: dict[str, tuple[list[bytes | str], dict[str, str], int]] = {
    "as large as allowed": ([b"x" * LIMIT], {"Content-Length": str(LIMIT)}, 200),
    "declared one byte more": ([SILENCE], {"Content-Length": str(LIMIT + 1)}, 413),
    "in chunks": ([b"x" * 7, b"", b"x" * (LIMIT - 7)], {"Transfer-Encoding": "chunked"}, 200),
    "in chunks, one byte more": (
        [b"x" * LIMIT, b"x", SILENCE],
        {"Transfer-Encoding": "chunked"},
        413,
    ),
}


@pytest.mark.parametrize("how", BODIES)
def test_a_body_is_read_whole_up_to_its_limit(app: Application, how: str) -> None:
    body, headers, status = BODIES[how]
    answer = ask(app, "/echo", "POST", headers=headers.items(), body=body)
    assert answer.status == status
    if status == 200:
        assert answer.json["length"] == LIMIT


@pytest.mark.parametrize("target", ["/echo", "/echo/long"])
def test_a_handler_may_take_longer_bodies_than_others(app: Application, target: str) -> None:
    most = app.routes[target].most_body
    for size, status in ((most, 200), (most + 1, 413)):
        headers = [("Content-Length", str(size))]
        answer = ask(app, target, "POST", headers=headers, body=[b"x" * size])
        assert answer.status == status
    assert f"at most {most} bytes" in answer.json["errors"][0]["message"]


OVERSIZED: dict[str, tuple[list[bytes | str], dict[str, str], tuple[int, bool]]] = {
    "as large as allowed": ([b"x" * 100], {"Content-Length": "100"}, (100, False)),
    "declared one byte more": ([b"x" * 101], {"Content-Length": "101"}, (0, True)),
    "in chunks": ([b"x" * 101, b"", b"x" * LIMIT], {"Transfer-Encoding": "chunked"}, (0, True)),
    "one byte more at the end": (
        [b"x" * 100, b"x"],
        {"Transfer-Encoding": "chunked"},
        (0, True),
    ),
}


@pytest.mark.parametrize("how", OVERSIZED)
def test_who_has_to_hear_of_a_body_that_is_too_large_hears_when_all_of_it_has_come(
    app: Application, how: str
) -> None:
    body, headers, expected = OVERSIZED[how]
    answer = ask(app, "/hearing", "POST", headers=headers.items(), body=body)
    assert answer.status == 200
    assert (answer.json["length"], answer.json["oversized"]) == expected
    assert app.bodies.held == 0


def test_what_is_skipped_is_bounded_too(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "MOST_SKIPPED", 1000)
    chunked = [("Transfer-Encoding", "chunked")]
    body = [b"x" * 101, b"x" * 1001, SILENCE]
    assert ask(app, "/hearing", "POST", headers=chunked, body=body).status == 413


def test_what_is_skipped_has_to_come(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.01)
    declared = [("Content-Length", "500")]
    answer = ask(app, "/hearing", "POST", headers=declared, body=[b"x" * 101, SILENCE])
    assert answer.status == 408


@pytest.mark.parametrize(("target", "method"), [("/echo", "GET"), ("/echo", "PUT"), ("/", "GET")])
def test_a_body_that_nobody_wants_is_not_waited_for(
    app: Application, target: str, method: str
) -> None:
    answer = ask(app, target, method, headers=[("Content-Length", "5")], body=[SILENCE])
    assert answer.status == (405 if method == "PUT" else 200)


@pytest.mark.parametrize("target", ["/echo", "/form/", "/api/v1/x/"])
def test_a_body_that_does_not_come_is_408(
    app: Application, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.01)
    answer = ask(app, target, "POST", headers=[("Content-Length", "50")], body=[b"x", SILENCE])
    assert (answer.status, answer.headers["connection"]) == (408, "close")


def test_a_page_is_given_a_body_in_chunks_with_its_length(app: Application) -> None:
    chunked = [("Transfer-Encoding", "chunked")]
    given = ask(app, "/form/", "POST", headers=chunked, body=[b"a=1&", b"b=2"]).json
    assert (given["length"], given["CONTENT_LENGTH"]) == (7, "7")


def test_a_page_is_told_of_a_body_that_is_too_large_by_its_size(
    app: Application, settings: Settings
) -> None:
    for headers in ([("Content-Length", "999999999")], [("Transfer-Encoding", "chunked")]):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        given = ask(app, "/form/", "POST", headers=headers, body=[b"x" * most, b"x", SILENCE]).json
        assert int(given["CONTENT_LENGTH"]) > most


def test_a_body_that_the_server_cannot_read_is_400_for_whoever_still_listens(
    app: Application,
) -> None:
    async def leave() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "method": "POST",
            "raw_path": b"/echo",
            "query_string": b"",
            "client": ("192.0.2.7", 1),
            "headers": [(b"content-length", b"5")],
        }
        await app(scope, receive, send)
        return sent

    start, _ = asyncio.run(leave())
    assert start["status"] == 400


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, app: Application) -> Callable[[int], Application]:
    def limit(held: int) -> Application:
        app.bodies.most_held = held
        return app

    return limit


def test_where_bodies_hold_too_much_the_oldest_gives_way(few: Callable[[int], Application]) -> None:
    app = few(1000)
    chunked = [("Transfer-Encoding", "chunked")]

    async def send_all() -> tuple[list[int], int]:
        slow = [
            asyncio.create_task(
                exchange(app, "/echo", "POST", headers=chunked, body=[b"x" * 300, SILENCE])
            )
            for _ in range(3)
        ]
        for _ in range(5):
            await asyncio.sleep(0)  # until all of them have come so far
        quick = await exchange(app, "/echo", "POST", headers=chunked, body=[b"x" * 600])
        refused = await asyncio.gather(*slow[:2])
        slow[2].cancel()
        return [answer.status for answer in refused], quick.status

    assert asyncio.run(send_all()) == ([408, 408], 200)
    assert app.bodies.held == 0


class Sender:
    """A body that comes when the test says so."""

    def __init__(self) -> None:
        self.next: asyncio.Future[dict[str, Any]] = asyncio.Future()

    def send(self, size: int) -> None:
        self.next.set_result({"type": "http.request", "body": b"x" * size, "more_body": True})

    async def receive(self) -> dict[str, Any]:
        message = await self.next
        self.next = asyncio.Future()
        return message


async def read(held: bodies.Bodies, sender: Sender) -> bytes:
    async with held.read(sender.receive, LIMIT) as body:
        return body


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_what_comes_for_a_body_that_just_gave_way_is_not_held() -> None:
    async def collide() -> tuple[list[Any], int]:
        held, older, newer = bodies.Bodies(1000), Sender(), Sender()
        reading = [asyncio.create_task(read(held, older))]
        await turns(1)
        reading.append(asyncio.create_task(read(held, newer)))
        await turns(2)
        newer.send(1001)  # the older gives way, with a piece of its own that waits for its turn
        older.send(600)
        await turns(4)
        found = [task.exception() if task.done() else None for task in reading]
        reading[0].cancel()
        await turns(2)
        return found, held.held

    (older, newer), held = asyncio.run(collide())
    assert isinstance(older, bodies.BodyTooSlow)
    assert isinstance(newer, bodies.BodyTooSlow)
    assert held == 0


def test_a_body_whose_time_is_just_over_gives_way_to_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0)

    async def collide() -> tuple[list[Any], int]:
        held, older, newer = bodies.Bodies(1000), Sender(), Sender()
        newer.send(1001)
        reading = [asyncio.create_task(read(held, older))]
        await turns(1)
        reading.append(asyncio.create_task(read(held, newer)))
        return await asyncio.gather(*reading, return_exceptions=True), held.held

    found, held = asyncio.run(collide())
    assert [type(fault) for fault in found] == [bodies.BodyTooSlow] * 2
    assert held == 0
