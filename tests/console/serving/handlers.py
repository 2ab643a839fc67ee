"""Verifiers and pages for tests of the application that serves them."""

import threading
from collections.abc import Iterator
from typing import Any

from console.serving import answers
from console.serving.endpoints import (
    MAX_BODY,
    FrontRequest,
    FrontResponse,
    Handler,
    json_response,
    methods,
)

PROXY, CLIENT = "10.0.0.1", "203.0.113.9"
# What a thread waits for until a test lets it go on.
gate = threading.Event()


@methods("GET", "POST")
def echo(request: FrontRequest) -> FrontResponse:
    """What a handler is given."""
    return json_response(
        200, {"length": len(request.body), "address": request.address, "query": request.query}
    )


@methods("POST", most_body=4 * MAX_BODY)
def echo_long(request: FrontRequest) -> FrontResponse:
    """The same of a body that may be longer than others."""
    return json_response(200, {"length": len(request.body)})


@methods("POST", most_body=100, skips_oversized=True)
def hear(request: FrontRequest) -> FrontResponse:
    """What a handler is given that hears of bodies that are too large."""
    return json_response(200, {"length": len(request.body), "oversized": request.oversized})


@methods("GET")
def wait(request: FrontRequest) -> FrontResponse:
    gate.wait()
    return json_response(200, {})


@methods("GET", anonymous=True, immediate=True)
def live(request: FrontRequest) -> FrontResponse:
    return json_response(200, {})


def _known(request: FrontRequest) -> FrontResponse | None:
    if request.query == "broken":
        raise RuntimeError("cannot be told now")
    return json_response(200, {"by": "loop"}) if request.query == "known" else None


def _found(request: FrontRequest) -> FrontResponse:
    gate.wait()
    return json_response(200, {"by": "thread"})


recall = Handler(_found, frozenset({"GET", "POST"}), at_once=_known)


class Streamed:
    """A long answer, whose pieces are counted as they are made. After them comes its `fault`, if any."""

    def __init__(self, number: int, fault: Exception | None = None) -> None:
        self.number, self.made, self.closed = number, 0, threading.Event()
        self.fault = fault

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.number):
            self.made += 1
            yield b"x" * answers.PIECE
        if self.fault is not None:
            raise self.fault

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
