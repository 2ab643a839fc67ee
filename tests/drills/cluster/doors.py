"""How clients of a cluster ask: over a connection that is kept, at the load balancer or at one replica."""

import base64
import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.interop.processes import PATIENCE_SECONDS

SCOPE = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
KEYS = "/.well-known/jwks.json"
CLIENT = "203.0.113.9"


@dataclass(frozen=True)
class Answer:
    """Status 0 is that nobody answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class Door:
    """One address. A thread has doors of its own, as a client has connections."""

    def __init__(
        self, connect: Callable[[], http.client.HTTPConnection], headers: dict[str, str]
    ) -> None:
        self.connect, self.headers = connect, headers
        self.connection = connect()

    def ask(
        self, path: str, method: str = "GET", document: object = None, **headers: str
    ) -> Answer:
        """What comes of one request. Names of headers have `_` for a dash."""
        sent = self.headers | {name.replace("_", "-"): text for name, text in headers.items()}
        body = None if document is None else json.dumps(document).encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = self.connect()
            return Answer(0, http.client.HTTPMessage(), b"")

    def close(self) -> None:
        self.connection.close()

    def token_status(self, made: Mapping[str, str]) -> int:
        """The status of a registry's question for a token, by a robot account in acme/payments."""
        both = base64.b64encode(f"{made['login_name']}:{made['secret']}".encode()).decode()
        return self.ask(SCOPE, Authorization=f"Basic {both}").status


def secure_door(port: int) -> Door:
    """The load balancer's, whoever signed its certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def connect() -> http.client.HTTPConnection:
        return http.client.HTTPSConnection(
            "localhost", port, context=context, timeout=PATIENCE_SECONDS
        )

    return Door(connect, {})


def plain_door(port: int, origin: str) -> Door:
    """A replica's, as the load balancer would ask."""
    host = origin.removeprefix("https://")

    def connect() -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    return Door(connect, {"Host": host, "X-Forwarded-For": CLIENT, "X-Forwarded-Proto": "https"})
