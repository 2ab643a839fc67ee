"""Requests to the product within this process: what the server's worker does, without the server."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from console.asgi import application
from console.serving import calling, pages
from console.serving.callers import Caller
from console.serving.heads import Head


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `headers` has names in lower case."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


COMMON = {"host": "127.0.0.1", "user-agent": "docker/28.2.2"}
CALLER = Caller("127.0.0.1", "http", proxied=False)


def call(request: Request) -> Answer:
    """Answer one request to its end, as a thread of the server does."""
    target, _, query = request.path.partition("?")
    head = Head(request.method, target, query, "127.0.0.1", COMMON | request.headers)
    if handler := application.routes.get(target):
        answer = calling.answer(handler, head, request.body, CALLER)
        return Answer(answer.status, answer.body)
    environ = pages.environment(head, request.body, len(request.body), CALLER)
    answer = pages.ask(application.django, environ)
    body = answer.body + b"".join(answer.rest or ())
    if answer.close is not None:
        answer.close()
    return Answer(answer.status, body)


def milliseconds(action: Callable[[], object], times: int, warm: int = 3) -> tuple[float, float]:
    """How long `action` takes: the median and the longest of `times`."""
    for _ in range(warm):
        action()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken), max(taken)
