"""Servers for the guarded client, and a client that may reach them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from console.outgoing.client import GuardedClient
from tests.https import Handler, Server, Visit, answer, authority

LOOPBACK = "127.0.0.1 ::1"
NOTHING = answer()
Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that answers with these bytes, or as a handler does."""
    servers = list[Server]()

    def start(
        script: bytes | Handler = NOTHING, *names: str, tls: bool = True, **options: Any
    ) -> Server:
        def send(visit: Visit) -> None:
            visit.send(script) if isinstance(script, bytes) else script(visit)

        servers.append(Server(send, authority().context(*names) if tls else None, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def client() -> GuardedClient:
    return GuardedClient(LOOPBACK, authority().file)
