"""PgBouncer between Roster and PostgreSQL: each transaction may run in another session."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from robots.server.preparation import PREPARING
from tests.drills.cluster.clients import Acknowledged, creating, reading, revoking
from tests.drills.cluster.databases import primary
from tests.drills.cluster.doors import Door
from tests.drills.cluster.load import load
from tests.drills.cluster.people import PASSWORD
from tests.drills.cluster.pgbouncer import PgBouncer, pgbouncer
from tests.drills.cluster.running import Prepared
from tests.interop.console import Console
from tests.interop.postgresql import PostgreSQL, on_postgresql
from tests.interop.processes import Installation, Serving, eventually, serving

Made = dict[str, Any]
ACTIONS = "tests.drills.cluster.actions"
# Sessions of the server's that all threads share.
SIZE, MUCH, TOKENS = 3, 30, 100
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
# What a session has that Roster was in before: its limit, what it prepared, its cursors that were left open.
LEFT = """
SELECT current_setting('statement_timeout'), (SELECT count(*) FROM pg_prepared_statements),
    (SELECT count(*) FROM pg_cursors WHERE is_holdable)
"""


@pytest.fixture(scope="module")
def database(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with primary(tmp_path_factory.mktemp("pooled"), prepared.database) as server:
        yield server


def over(pooler: PgBouncer, database: PostgreSQL, prepared: Prepared, folder: Path) -> Installation:
    """A Roster that reaches its database through the pooler alone."""
    own = on_postgresql(database, folder)
    own.environment |= {
        "ROSTER_DATABASE_URL": pooler.url,
        "ROSTER_KEYRING_FILE": str(prepared.shared / "keyring.json"),
        "ROSTER_WORKERS": "1",
    }
    return own


@pytest.fixture(scope="module")
def pooler(database: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PgBouncer]:
    with pgbouncer(tmp_path_factory.mktemp("pooler"), database, size=SIZE) as running:
        yield running


@pytest.fixture(scope="module")
def server(
    pooler: PgBouncer,
    database: PostgreSQL,
    prepared: Prepared,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Serving]:
    own = over(pooler, database, prepared, tmp_path_factory.mktemp("roster"))
    with serving(own) as running:
        yield running


@pytest.fixture(scope="module")
def made(server: Serving) -> Made:
    furnished: Made = server.installation.do("furnish", of=ACTIONS)
    return furnished


def door_of(own: Installation) -> Door:
    return Door(lambda: http.client.HTTPConnection("127.0.0.1", own.port, timeout=300), {})


def test_everything_works_in_a_few_sessions_that_all_share(
    server: Serving, made: Made, database: PostgreSQL, pooler: PgBouncer
) -> None:
    own, done = server.installation, Acknowledged()
    console = Console(own.origin, "acme", made["email"], PASSWORD)
    session = "; ".join(f"{cookie.name}={cookie.value}" for cookie in console.cookies)
    tokens = own.do("tokens", of=ACTIONS, name="ended", count=TOKENS)
    steps = [*reading(made, session), exporting(session), creating(made["personal"], done)]
    steps.append(revoking(tokens, made["personal"], done))
    with load([door_of(own) for _ in steps * 2], *steps) as going:
        eventually(lambda: done.least() > MUCH, "much is done")
    ways = {"token": 200, "keys": 200, "page": 200, "export": 200, "robot": 201, "end": 204}
    assert set(going.counts) - {("end", 404)} == set(ways.items())
    with closing(door_of(own)) as door:
        assert {door.token_status(token) for token in done.ended} == {401}
    require_nothing_left(database, pooler)
    assert "Traceback" not in server.output
    assert '"level": "error"' not in server.output


def exporting(session: str) -> Any:
    return lambda door: ("export", door.ask("/o/acme/robots.csv", Cookie=session).status)


def require_nothing_left(database: PostgreSQL, pooler: PgBouncer) -> None:
    """In no session, and no lock; whoever looks is one more session."""
    assert database.value(SESSIONS) <= SIZE + 1
    assert database.value(LOCKS) == 0
    with psycopg.connect(pooler.url, autocommit=True, prepare_threshold=None) as session:
        for _ in range(MUCH):
            assert session.execute(LEFT).fetchone() == ("0", 0, 0)


def test_whoever_starts_waits_for_whoever_prepares(
    pooler: PgBouncer, database: PostgreSQL, prepared: Prepared, tmp_path: Path
) -> None:
    own = over(pooler, database, prepared, tmp_path / "roster")
    with psycopg.connect(database.url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [PREPARING])
        server = Serving(own, wait=False)
        try:
            eventually(lambda: database.value(WAITING) == 1, "it waits")
            other.rollback()
            server.wait_until_ready()
        finally:
            server.stop()


def test_serve_and_doctor_say_that_there_is_a_pooler(server: Serving) -> None:
    server.require_said("at most 12 connections to the pooler in front of PostgreSQL")
    said = server.installation.manage("doctor").stdout
    assert "answers through a pooler and takes changes" in said


def test_a_pooler_of_sessions_does_as_well(
    database: PostgreSQL, prepared: Prepared, tmp_path: Path
) -> None:
    with pgbouncer(tmp_path, database, mode="session") as pooler:
        own = over(pooler, database, prepared, tmp_path / "roster")
        done = own.manage("run_jobs", "--once")
        assert done.returncode == 0, done.stderr
        assert "answers through a pooler" in own.manage("doctor").stdout


def test_backups_want_the_server_itself(
    server: Serving, database: PostgreSQL, pooler: PgBouncer, tmp_path: Path
) -> None:
    """What `pg_dump` leaves in a session would come upon those who have it next."""
    own, folder = server.installation, tmp_path / "backup"
    own.environment["ROSTER_DATABASE_URL"] = database.url
    done = own.manage("backup", str(folder))
    own.environment["ROSTER_DATABASE_URL"] = pooler.url
    assert done.returncode == 0, done.stderr
    for command in (f"backup {tmp_path}/another", f"backup --verify {folder}", f"restore {folder}"):
        line = own.refusal(*command.split())
        assert "ROSTER_DATABASE_URL leads to a pooler: name the server itself" in line


def test_a_pooler_that_takes_no_transactions_is_refused(
    database: PostgreSQL, prepared: Prepared, tmp_path: Path
) -> None:
    with pgbouncer(tmp_path, database, mode="statement") as pooler:
        own = over(pooler, database, prepared, tmp_path / "roster")
        wanted = "its pool mode has to be transaction or session"
        assert wanted in own.refusal("serve")
        assert wanted in own.manage("doctor").stdout
