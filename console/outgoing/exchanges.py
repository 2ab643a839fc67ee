"""One request and its answer over a connection (RFC 9112), within a deadline and bounds."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import h11

from console.outgoing.deadlines import Deadline

MOST_BODY = 256 * 1024
# The answer's head, and all that is sent around its body.
MOST_BESIDE = 64 * 1024
# Chunks, and heads that come before the answer's: each costs time to read, however small it is.
MOST_PIECES = 4096
READ_AT_ONCE = 16 * 1024

Headers = list[tuple[bytes, bytes]]


class TooLarge(Exception):
    """The answer is more than it may be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Names of headers are in lower case; one that came several times is joined by commas."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: method, path with query, headers without those of the body, body."""

    method: str
    target: str
    headers: Headers
    content: bytes


class Exchange:
    """A connection that carries one request. `h11.RemoteProtocolError` is an answer that is no HTTP/1.1."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self.connection, self.deadline = connection, deadline
        self.protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_BESIDE)
        self.taken = self.pieces = 0

    def send(self, request: Request) -> None:
        """Send it, as fast as it is taken."""
        head = h11.Request(method=request.method, target=request.target, headers=request.headers)
        parts = (head, h11.Data(data=request.content), h11.EndOfMessage())
        unsent = memoryview(b"".join(self.protocol.send(part) or b"" for part in parts))
        while unsent:
            self.connection.settimeout(self.deadline.left())
            unsent = unsent[self.connection.send(unsent) :]

    def receive_head(self) -> h11.Response:
        """The head of the answer, not those that say that one will come."""
        while not isinstance(event := self._event(), h11.Response):
            pass
        return event

    def receive_body(self) -> Iterator[bytes]:
        """Its body, in pieces."""
        while isinstance(event := self._event(), h11.Data):
            yield bytes(event.data)

    def _event(self) -> object:
        """The next one of `h11.Event`, or `h11.PAUSED` behind the last."""
        while True:
            event = self.protocol.next_event()
            if event is not h11.NEED_DATA:
                break
            self.protocol.receive_data(self._received())
        self.pieces += 1
        if self.pieces > MOST_PIECES:
            raise TooLarge
        return event

    def _received(self) -> bytes:
        self.connection.settimeout(self.deadline.left())
        data = self.connection.recv(READ_AT_ONCE)
        self.taken += len(data)
        if self.taken > MOST_BODY + MOST_BESIDE:
            raise TooLarge
        return data
