"""Servers on this machine: one in Roster's place, and those that speak a line at a time, or not at all."""

import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALIVE = b'{"status": "ok"}'


@dataclass
class Place:
    """What answers at the address of an installation: like Roster, until a test says otherwise."""

    context: ssl.SSLContext | None = None
    alive: bytes = ALIVE
    status: int = 200
    headers: dict[str, str] = field(
        default_factory=lambda: {"Content-Security-Policy": "default-src 'none'; style-src 'self'"}
    )
    body: bytes = b"Sign in"

    def __post_init__(self) -> None:
        place = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_alive = self.path == "/livez"
                self.send_response(200 if is_alive else place.status)
                for name, value in ({} if is_alive else place.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(place.alive if is_alive else place.body)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if self.context:
            self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, args=[0.01], daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_port

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Talker:
    """Greets whoever connects and answers each line with the same one; without an answer it hangs.

    With `to` it answers only lines that begin so.
    """

    def __init__(self, greeting: bytes = b"", answer: bytes = b"", to: bytes = b"") -> None:
        self.greeting, self.answer, self.to = greeting, answer, to
        self.heard: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        number: int = self._listening.getsockname()[1]
        return number

    def close(self) -> None:
        for each in (self._listening, *self._connections):
            each.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self._connections.append(connection)
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection.makefile("rb") as lines:
            connection.sendall(self.greeting)
            for line in lines:
                self.heard.append(line)
                if line.startswith(self.to):
                    connection.sendall(self.answer)


def closed_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number: int = listening.getsockname()[1]
        return number
