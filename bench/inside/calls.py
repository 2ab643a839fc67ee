"""Requests to the product within this process: what the server's worker does, without the server."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from console.wsgi import application


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


def environ(path: str, **headers: str) -> dict[str, Any]:
    """A GET request as granian hands it over."""
    where, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": where,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_USER_AGENT": "docker/28.2.2",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    } | headers


def call(request: dict[str, Any]) -> Answer:
    """Answer one request to its end."""
    found: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> object:
        found.append(status)
        return None

    parts = application(request, start_response)
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return Answer(int(found[0].split()[0]), body)


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
