"""Our own client, where `wrk` is not installed: one process, as many connections as asked for.

`python -m bench.client PORT CONNECTIONS SECONDS`, the requests in the file BENCH_REQUESTS. It reaches
some 15,000 requests per second on a core; a server that is faster than that is not measured by it.
"""

import itertools
import os
import re
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import HERE

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
END = b"\r\n\r\n"


def _requests() -> list[bytes]:
    content, found = Path(os.environ["BENCH_REQUESTS"]).read_bytes(), []
    while content:
        length, _, content = content.partition(b"\n")
        found.append(content[: int(length)])
        content = content[int(length) :]
    return found


@dataclass(slots=True)
class Tally:
    """How long each answer took, and how many were no 2xx."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0


@dataclass(slots=True)
class Connection:
    """One connection with the answer it waits for."""

    socket: socket.socket
    started: float = 0.0
    received: bytes = b""

    def send(self, request: bytes) -> None:
        self.received, self.started = b"", time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> bool:
        """Read what came; whether the answer is whole. One without a length is 204 or the like."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed a connection")
        self.received += part
        head, end, body = self.received.partition(END)
        length = LENGTH.search(head)
        return bool(end) and len(body) >= (int(length[1]) if length else 0)

    @property
    def succeeded(self) -> bool:
        return self.received[9:10] == b"2"


def _open(port: int, number: int, selector: selectors.BaseSelector) -> list[Connection]:
    connections = [Connection(socket.create_connection((HERE, port))) for _ in range(number)]
    for connection in connections:
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    return connections


def _answered(selector: selectors.BaseSelector) -> Iterator[Connection]:
    for key, _ in selector.select(timeout=1):
        if key.data.take():
            yield key.data


def send(port: int, number: int, seconds: float) -> tuple[Tally, float]:
    """Keep `number` connections busy for so long; what came back, and the seconds it really took."""
    following = itertools.cycle(_requests())
    selector, tally = selectors.DefaultSelector(), Tally()
    for connection in _open(port, number, selector):
        connection.send(next(following))
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        for connection in _answered(selector):
            tally.seconds.append(time.perf_counter() - connection.started)
            tally.failed += not connection.succeeded
            connection.send(next(following))
    return tally, time.perf_counter() - started


def main() -> None:
    """Print one line as `bench/wrk.lua` does."""
    tally, took = send(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    times = sorted(tally.seconds) or [0.0]
    p50, p99 = (times[int(len(times) * share)] * 1e6 for share in (0.5, 0.99))
    print(f"BENCH {len(tally.seconds)} {took * 1e6:.0f} {p50:.0f} {p99:.0f} {tally.failed}")


if __name__ == "__main__":
    main()
