"""Nothing slow holds a thread: slow senders, slow readers, idle connections and a database that hangs."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse
from statistics import median
from typing import Any

import pytest

from tests.interop import slow
from tests.interop.console import Console
from tests.interop.postgresql import PostgreSQL, on_postgresql, postgresql
from tests.interop.processes import (
    PATIENCE_SECONDS,
    Serving,
    eventually,
    fetch,
    serving,
)

PASSWORD = "a long enough phrase"
EVENTS = 40_000
ASKED = 12
# Far more than any answer takes, and far less than any of the slow would hold a thread.
WITHIN_SECONDS = 8.0


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with postgresql(tmp_path_factory.mktemp("slow")) as running:
        yield running


@pytest.fixture(scope="module")
def server(database: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(on_postgresql(database, tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.fixture(scope="module")
def login(server: Serving) -> dict[str, str]:
    """The header of a robot that may pull."""
    made = server.installation.do("furnish")
    both = base64.b64encode(f"{made['login_name']}:{made['secret']}".encode()).decode()
    return {"Authorization": f"Basic {both}"}


@pytest.fixture(scope="module")
def console(server: Serving) -> Console:
    """The owner of an organization that has a long audit log."""
    made = server.installation.do("organization", slug="initech", password=PASSWORD)
    console = Console(server.installation.origin, "initech", made["owner"], PASSWORD)
    console.send("projects/new/", slug="web", name="Web")
    server.installation.do("fill_audit_log", slug="initech", number=EVENTS)
    return console


def cookies_of(console: Console) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in console.cookies)


@pytest.fixture(scope="module")
def export(server: Serving, console: Console) -> bytes:
    """The request for all of the audit log."""
    (token,) = [cookie.value for cookie in console.cookies if cookie.name == "roster-csrf"]
    body = f"form=jsonl&csrfmiddlewaretoken={token}"
    lines = [
        "POST /o/initech/audit-log/export/ HTTP/1.1",
        f"Host: 127.0.0.1:{server.installation.port}",
        f"Cookie: {cookies_of(console)}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@contextmanager
def frozen(database: PostgreSQL) -> Iterator[None]:
    database.freeze()
    try:
        yield
    finally:
        database.thaw()


class Asked:
    """What was answered, and how long it took; an answer that takes too long does not count."""

    def __init__(self, ask: Callable[[], int], times: int) -> None:
        self.statuses, self.seconds = set(), []
        for _ in range(times):
            begun = time.monotonic()
            self.statuses.add(ask())
            self.seconds.append(time.monotonic() - begun)

    @property
    def is_answered(self) -> bool:
        """Whether somebody was, and nobody was left waiting: on a busy machine some are told to come back."""
        return 200 in self.statuses and self.statuses <= {200, 503}

    def __str__(self) -> str:
        typical, longest = median(self.seconds) * 1000, max(self.seconds) * 1000
        return f"{sorted(self.statuses)} median {typical:.0f} ms, longest {longest:.0f} ms"


def visit(
    server: Serving,
    path: str,
    headers: dict[str, str] | None = None,
    times: int = ASKED,
    patience: float = WITHIN_SECONDS,
) -> Asked:
    url = f"{server.installation.origin}{path}"
    return Asked(lambda: fetch(url, headers, patience=patience)[0], times)


TOKEN = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
ALONE = [{"senders"}, {"readers"}, {"idle"}, {"frozen"}]
TOGETHER = [{"senders", "readers", "idle"}, {"senders", "readers", "idle", "frozen"}]


def ways_to_be_slow(port: int, database: PostgreSQL, export: bytes) -> dict[str, Any]:
    """What is slow, by its name in `ALONE`, in the order in which it begins."""
    return {
        "senders": lambda: slow.senders(port),
        "readers": lambda: slow.readers(port, export),
        "idle": lambda: slow.idle(port),
        "frozen": lambda: frozen(database),
    }


@pytest.mark.parametrize("how", ALONE + TOGETHER, ids=lambda how: "-".join(sorted(how)))
def test_nothing_slow_keeps_others_waiting(
    server: Serving,
    database: PostgreSQL,
    login: dict[str, str],
    console: Console,
    export: bytes,
    how: set[str],
) -> None:
    person = {"Cookie": cookies_of(console)}
    ways = ways_to_be_slow(server.installation.port, database, export)
    with ExitStack() as stack:
        for name in sorted(how, key=list(ways).index):
            stack.enter_context(ways[name]())
        found = {
            "livez": visit(server, "/livez"),
            "token": visit(server, TOKEN, login),
            "page without database": visit(server, "/sign-in/"),
            "page": visit(server, "/o/initech/projects/", person, 2, PATIENCE_SECONDS),
        }
    print({name: str(asked) for name, asked in found.items()})  # noqa: T201 - the figures
    assert found["livez"].statuses == {200}
    assert found["page without database"].is_answered
    for name in ("token", "page"):
        if "frozen" in how:
            assert found[name].statuses == {503}
        else:
            assert found[name].is_answered, name
    eventually(server.is_ready, "it recovers")
    eventually(lambda: visit(server, TOKEN, login).statuses == {200}, "tokens are granted")


def test_a_body_that_does_not_come_is_refused_in_the_end(server: Serving) -> None:
    with slow.Drip(server.installation.port, slow.DECLARED, b"x").connection as connection:
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_long_export_is_whole_for_whoever_takes_it(server: Serving, export: bytes) -> None:
    with slow.Drip(server.installation.port, export, b"").connection as connection:
        answer = HTTPResponse(connection, method="POST")
        answer.begin()
        numbers = [json.loads(line)["number"] for line in answer.read().splitlines()]
    assert len(numbers) >= EVENTS
    assert numbers == sorted(set(numbers))
