"""Requests as the server hands them over: who asks, bodies, threads, long answers."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from console import front
from console.front import FrontRequest, FrontResponse, json_response, methods
from console.serving import answers, application, bodies
from console.serving.application import Application
from console.serving.callers import Proxies
from tests.console.serving.asking import SILENCE, ask, exchange

PROXY, CLIENT = "10.0.0.1", "203.0.113.9"
LIMIT = front.MAX_BODY
# What a thread waits for until a test lets it go on.
gate = threading.Event()


@methods("GET", "POST")
def echo(request: FrontRequest) -> FrontResponse:
    """What a handler is given."""
    return json_response(
        200, {"length": len(request.body), "address": request.address, "query": request.query}
    )


@methods("GET")
def wait(request: FrontRequest) -> FrontResponse:
    gate.wait()
    return json_response(200, {})


@methods("GET", anonymous=True, immediate=True)
def live(request: FrontRequest) -> FrontResponse:
    return json_response(200, {})


class Streamed:
    """A long answer, whose pieces are counted as they are made."""

    def __init__(self, number: int) -> None:
        self.number, self.made, self.closed = number, 0, threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.number):
            self.made += 1
            yield b"x" * answers.PIECE

    def close(self) -> None:
        self.closed.set()


class Pages:
    """Stands for Django: says what it was given, or answers with `streamed`."""

    streamed: Streamed | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/wait/":
            gate.wait()
        start_response("200 OK", [("Content-Type", "application/json")])
        if self.streamed is not None:
            return self.streamed
        body = environ["wsgi.input"].read()
        given = {name: value for name, value in environ.items() if isinstance(value, str)}
        return [json_response(200, given | {"length": len(body)}).body]


@pytest.fixture
def app(settings: Settings) -> Iterator[Application]:
    gate.clear()
    here = "tests.console.serving.test_application"
    settings.FRONT_ROUTES = {
        "/echo": f"{here}.echo",
        "/wait": f"{here}.wait",
        "/livez": f"{here}.live",
    }
    settings.PROXIES = Proxies()
    yield Application(Pages())
    gate.set()


@pytest.fixture
def production(settings: Settings, app: Application) -> Application:
    settings.SECURE, settings.ROSTER_ORIGIN = True, "https://roster.example.com"
    settings.PROXIES = Proxies(PROXY)
    return app


@pytest.mark.parametrize(
    "path", ["/echo/", "/echo/x", "//echo", "/Echo", "/", "/%65cho", "/x/../echo"]
)
def test_a_verifier_has_exactly_its_path_and_the_rest_is_djangos(
    app: Application, path: str
) -> None:
    assert "PATH_INFO" in ask(app, path).json
    assert "address" in ask(app, "/echo").json


BODIES: dict[str, tuple[list[bytes], dict[str, str], int]] = {
    "as large as allowed": ([b"x" * LIMIT], {"Content-Length": str(LIMIT)}, 200),
    "declared one byte more": ([SILENCE], {"Content-Length": str(LIMIT + 1)}, 413),  # type: ignore[list-item]
    "in chunks": ([b"x" * 7, b"", b"x" * (LIMIT - 7)], {"Transfer-Encoding": "chunked"}, 200),
    "in chunks, one byte more": ([b"x" * LIMIT, b"x", SILENCE], {"Transfer-Encoding": "chunked"}, 413),  # type: ignore[list-item]
}  # fmt: skip


@pytest.mark.parametrize("how", BODIES)
def test_a_body_is_read_whole_up_to_its_limit(app: Application, how: str) -> None:
    body, headers, status = BODIES[how]
    answer = ask(app, "/echo", "POST", headers=headers.items(), body=body)
    assert answer.status == status
    if status == 200:
        assert answer.json["length"] == LIMIT


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


def test_who_leaves_while_sending_gets_no_answer(app: Application) -> None:
    async def leave() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "method": "POST", "raw_path": b"/echo", "query_string": b"", "client": ("192.0.2.7", 1),
            "headers": [(b"content-length", b"5")],
        }  # fmt: skip
        await app(scope, receive, send)
        return sent

    assert asyncio.run(leave()) == []


def test_what_is_immediate_is_answered_while_every_thread_waits(app: Application) -> None:
    async def busy() -> tuple[int, int]:
        waiting = [asyncio.create_task(exchange(app, "/wait")) for _ in range(20)]
        waiting += [asyncio.create_task(exchange(app, "/wait/")) for _ in range(20)]
        found = (await exchange(app, "/livez")).status
        gate.set()
        return found, sum(answer.status == 200 for answer in await asyncio.gather(*waiting))

    assert asyncio.run(busy()) == (200, 40)


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


def test_an_answer_is_sent_in_pieces_that_are_made_as_they_are_taken(app: Application) -> None:
    streamed = app.django.streamed = Streamed(50)  # type: ignore[attr-defined]
    ahead = []

    async def take(message: Any) -> None:
        ahead.append(streamed.made)

    answer = ask(app, "/export/", take=take)
    assert (len(answer.body), answer.is_whole) == (50 * answers.PIECE, True)
    assert [made - number for number, made in enumerate(ahead[1:51])] == [1] * 50
    assert streamed.closed.is_set()


def test_an_answer_that_is_not_taken_is_given_up_and_visibly_not_whole(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "TAKE_SECONDS", 0.01)
    streamed = app.django.streamed = Streamed(50)  # type: ignore[attr-defined]

    async def take(message: Any) -> None:
        if streamed.made > 3:
            await asyncio.Event().wait()

    answer = ask(app, "/export/", take=take)
    assert (len(answer.body), answer.is_whole) == (3 * answers.PIECE, False)
    assert streamed.closed.is_set()


def test_only_a_trusted_proxy_says_where_a_client_is(app: Application, settings: Settings) -> None:
    said = [("X-Forwarded-For", CLIENT)]
    assert ask(app, "/echo", headers=said, peer=PROXY).json["address"] == PROXY
    settings.PROXIES = Proxies(PROXY)
    assert ask(app, "/echo", headers=said, peer=PROXY).json["address"] == CLIENT
    assert ask(app, "/", headers=said, peer=PROXY).json["REMOTE_ADDR"] == CLIENT


def test_pages_see_nothing_that_says_where_a_request_came_from(
    app: Application, settings: Settings
) -> None:
    settings.PROXIES = Proxies(PROXY)
    said = [
        ("X-Forwarded-For", CLIENT), ("X_Forwarded_For", "1.1.1.1"), ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "evil.example"), ("X-Real-IP", "1.1.1.1"), ("Forwarded", "for=1.1.1.1"),
        ("X-Request-ID", "0af7651916cd43dd"), ("REMOTE_ADDR", "1.1.1.1"), ("X-Other", "kept"),
    ]  # fmt: skip
    given = ask(app, "/", headers=said, peer=PROXY).json
    assert {name for name in given if name.startswith("HTTP_")} == {"HTTP_X_OTHER"}
    assert given["roster.request_id"] == "0af7651916cd43dd"


def test_a_proxy_that_does_not_say_it_is_refused_in_words(
    app: Application, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PROXIES = Proxies(PROXY)
    application.misfits.silent_until = 0.0
    verifier, page = ask(app, "/echo", peer=PROXY), ask(app, "/", peer=PROXY)
    assert verifier.status == page.status == 400
    assert b"the proxy has to send X-Forwarded-For" in verifier.body
    assert b"It has to send X-Forwarded-For" in page.body
    (line,) = [record.msg for record in caplog.records]
    assert "X-Forwarded-For" in line["event"]  # type: ignore[index]
    assert ask(app, "/livez", peer=PROXY).status == 200


GOOD = {"Host": "roster.example.com", "X-Forwarded-For": CLIENT, "X-Forwarded-Proto": "https"}
WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "no proxy": (GOOD, CLIENT, "ROSTER_TRUSTED_PROXIES"),
    "no scheme": (GOOD | {"X-Forwarded-Proto": ""}, PROXY, "X-Forwarded-Proto"),
    "plain http": (
        GOOD | {"X-Forwarded-Proto": "http"},
        PROXY,
        "https in X-Forwarded-Proto, not http",
    ),
    "its own host": (GOOD | {"Host": "127.0.0.1:8000"}, PROXY, "Host: roster.example.com"),
    "another port": (GOOD | {"Host": "roster.example.com:8443"}, PROXY, "Host: roster.example.com"),
    "no client": (GOOD | {"X-Forwarded-For": ""}, PROXY, "X-Forwarded-For"),
}


@pytest.mark.parametrize("how", WRONG)
@pytest.mark.parametrize("path", ["/", "/api/v1/me/"])
def test_production_says_what_a_proxy_has_to_send_and_never_redirects(
    production: Application, how: str, path: str
) -> None:
    headers, peer, words = WRONG[how]
    answer = ask(production, path, headers=headers.items(), peer=peer)
    assert answer.status == 400
    assert words in answer.body.decode()
    kind = "application/problem+json" if path != "/" else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == kind
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "host", ["roster.example.com", "roster.example.com:443", "ROSTER.example.com"]
)
def test_production_takes_its_own_host_and_gives_pages_the_origin(
    production: Application, host: str
) -> None:
    given = ask(production, "/", headers=(GOOD | {"Host": host}).items(), peer=PROXY).json
    assert given["HTTP_HOST"] == "roster.example.com"
    assert (given["wsgi.url_scheme"], given["REMOTE_ADDR"]) == ("https", CLIENT)


def test_the_path_of_a_page_is_decoded_once_and_byte_for_byte(app: Application) -> None:
    given = ask(app, "/a%2Fb/gr%C3%BC%25/").json
    assert given["PATH_INFO"].encode("latin-1").decode() == "/a/b/grü%/"


def test_head_has_no_body(app: Application) -> None:
    for target in ("/echo", "/"):
        assert ask(app, target, "HEAD").body == b""


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
