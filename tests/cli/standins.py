"""A server that answers as it is told, for facts about the transport alone."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

# The page of a list that holds nothing, and the token of those who ask here.
EMPTY: dict[str, Any] = {"results": [], "next": None, "previous": None, "count": 0}
SECRET = "rbt_" + "a" * 42


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer; None as body closes the connection without any."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False


class StandIn:
    """Replies in order, the last one again and again."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.asked: list[Asked] = []
        self.url = ""

    def will(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def next(self) -> Reply:
        """The reply to what was asked last."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class Quiet(ThreadingHTTPServer):
    """Says nothing about clients that have gone."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: tests look at what the client says."""


class LosesAnswers(StandIn):
    """Hands everything on to a server, and loses its answers to the first so many POSTs or other acts."""

    def __init__(self, server: str, losses: int, method: str = "POST") -> None:
        super().__init__()
        self.server, self.losses, self.method = server, losses, method

    def next(self) -> Reply:
        asked = self.asked[-1]
        given = httpx.request(
            asked.method,
            self.server + asked.path,
            content=asked.body,
            headers={name: value for name, value in asked.headers.items() if name != "Host"},
        )
        if asked.method == self.method and self.losses:
            self.losses -= 1
            return Reply(hangs_up=True)
        return Reply(given.status_code, given.content, {"Content-Type": "application/json"})


@contextmanager
def standing_in(
    standin: StandIn | None = None, *, tls: ssl.SSLContext | None = None
) -> Iterator[StandIn]:
    standin = standin or StandIn()
    server = Quiet(("127.0.0.1", 0), type("OfStandIn", (Handler,), {"standin": standin}))
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    standin.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Answers as the stand-in says."""

    protocol_version = "HTTP/1.1"
    standin: StandIn

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        asked = Asked(self.command, self.path, dict(self.headers), body)
        self.standin.asked.append(asked)
        reply = self.standin.next()
        self.close_connection = reply.hangs_up
        if not reply.hangs_up:
            self.send(reply)

    def send(self, reply: Reply) -> None:
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: tests look at `asked`."""

    do_GET = do_POST = do_PATCH = do_DELETE = do_CONNECT = answer  # noqa: N815 -- library's names
