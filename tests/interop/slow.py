"""Clients that are slow on purpose: they send a byte a second, take nothing, or only stay connected."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

SENDERS, READERS, IDLE = 50, 50, 500
PAUSE_SECONDS = 0.5
HOST = "127.0.0.1"
Opener = Callable[[int], socket.socket]

DECLARED = (
    b"POST /service/token HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\ns"
)
CHUNKED = (
    b"POST /sign-in/ HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ns\r\n"
)


class Drip:
    """A connection that sends the beginning of a request, then a byte now and then; when it is cut off it
    begins again.
    """

    def __init__(self, port: int, beginning: bytes, more: bytes) -> None:
        self.port, self.beginning, self.more = port, beginning, more
        self.connection = self._begin()

    def _begin(self) -> socket.socket:
        connection = socket.create_connection((HOST, self.port))
        connection.sendall(self.beginning)
        return connection

    def go_on(self) -> None:
        try:
            self.connection.sendall(self.more)
        except OSError:
            self.connection.close()
            with suppress(OSError):
                self.connection = self._begin()


@contextmanager
def senders(port: int) -> Iterator[None]:
    """As many as `SENDERS` bodies that never end, half of them with a length and half in chunks."""
    drips = [
        Drip(port, *((DECLARED, b"x") if number % 2 else (CHUNKED, b"1\r\nx\r\n")))
        for number in range(SENDERS)
    ]
    stopped = threading.Event()

    def drip() -> None:
        while not stopped.wait(PAUSE_SECONDS):
            for each in drips:
                each.go_on()

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        for each in drips:
            each.connection.close()


@contextmanager
def readers(port: int, request: bytes) -> Iterator[None]:
    """Connections that ask for something long and take its first line alone."""
    connections = []
    for _ in range(READERS):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((HOST, port))
        connection.sendall(request)
        connections.append(connection)
    try:
        begun = {connection.recv(12) for connection in connections}
        assert begun == {b"HTTP/1.1 200"}, begun
        yield
    finally:
        for connection in connections:
            connection.close()


@contextmanager
def idle(port: int) -> Iterator[None]:
    """Connections that ask for nothing."""
    connections = [socket.create_connection((HOST, port)) for _ in range(IDLE)]
    try:
        yield
    finally:
        for connection in connections:
            connection.close()
