"""From an older schema to this one: what has to end there, ends."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.interop.postgresql import postgresql
from tests.interop.processes import PATIENCE_SECONDS, Installation, eventually

KEY = "0123456789abcdefghijklmnopqrstuv"
OLD_TABLE = """
CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data text NOT NULL,
                             expire_date timestamp with time zone NOT NULL)
"""
OLD_ROW = f"INSERT INTO django_session VALUES ('{KEY}', 'signed in', '2100-01-01')"


class OnSqlite:
    """An installation over its own file."""

    def __init__(self, folder: Path) -> None:
        self.installation = Installation(folder)
        self.file = folder / "roster.sqlite3"

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.file)) as database, database:
            for statement in statements:
                database.execute(statement)

    def tables(self) -> set[str]:
        with closing(sqlite3.connect(self.file)) as database:
            return {row[0] for row in database.execute("SELECT name FROM sqlite_master")}

    def content(self) -> bytes:
        return b"".join(file.read_bytes() for file in self.file.parent.glob("roster.sqlite3*"))


class OnPostgresql:
    """An installation over a database of the test's own server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self.installation = Installation(
            folder,
            ROSTER_DATABASE_URL=url,
            ROSTER_SECRET_KEY="only-for-tests-" * 4,
            ROSTER_KEYRING_FILE=str(folder / "keyring.json"),
        )

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.url) as database:
            for statement in statements:
                database.execute(statement.encode())

    def tables(self) -> set[str]:
        with psycopg.connect(self.url) as database:
            return {row[0] for row in database.execute("SELECT tablename FROM pg_tables")}

    def content(self) -> bytes:
        return b""  # what was in a table's file is gone with the table


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OnSqlite | OnPostgresql]:
    """One whose sessions are still in Django's own table."""
    if request.param == "sqlite":
        yield OnSqlite(tmp_path / "roster")
        return
    with postgresql(tmp_path) as server:
        yield OnPostgresql(tmp_path / "roster", server.url)


def test_sessions_that_were_kept_in_the_clear_end(older: OnSqlite | OnPostgresql) -> None:
    assert older.installation.manage("migrate", "console", "0006").returncode == 0
    older.run(OLD_TABLE, OLD_ROW)
    assert "django_session" in older.tables()
    done = older.installation.manage("migrate")
    assert done.returncode == 0, done.stderr
    assert "django_session" not in older.tables()
    assert "console_session" in older.tables()
    assert KEY.encode() not in older.content()


def test_nobody_waits_behind_a_migration_that_waits(tmp_path: Path) -> None:
    """A table that somebody reads for long is left to all others, and changed when that one is done."""
    with postgresql(tmp_path) as server:
        own = OnPostgresql(tmp_path / "roster", server.url).installation
        assert own.manage("migrate", "robots", "0021").returncode == 0
        with (
            psycopg.connect(server.url) as slow,
            psycopg.connect(server.url, autocommit=True) as other,
        ):
            slow.execute("SELECT FROM robots_token")
            migrating = own.start("migrate")
            eventually(
                lambda: "trying again" in own.folder.with_suffix(".log").read_text(),
                "it steps back",
            )
            other.execute("SET statement_timeout = '60s'")
            for _ in range(10):
                other.execute("SELECT FROM robots_token")
            assert migrating.poll() is None
            slow.commit()
            assert migrating.wait(PATIENCE_SECONDS) == 0
    assert "Applying robots.0023_network_mode... OK" in own.folder.with_suffix(".log").read_text()
