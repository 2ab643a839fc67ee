"""Asking verifiers and pages directly: an environment in, status, headers, body out."""

import base64
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.wsgi import application


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def environ_of(
    path: str, method: str, body: bytes, authorization: str | None, **extra: Any
) -> dict[str, Any]:
    route, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": route,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "192.0.2.7",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    if authorization is not None:
        environ["HTTP_AUTHORIZATION"] = authorization
    return environ | extra


def ask(
    path: str,
    method: str = "GET",
    *,
    body: bytes = b"",
    authorization: str | None = None,
    to: Any = application,
    **extra: Any,
) -> Answer:
    """One request to the application; `extra` goes into the environ as it is."""
    seen: list[Any] = []

    def start_response(status: str, headers: Iterable[tuple[str, str]]) -> None:
        seen.append((int(status[:3]), dict(headers)))

    content = b"".join(to(environ_of(path, method, body, authorization, **extra), start_response))
    ((status, headers),) = seen
    return Answer(status, headers, content)
