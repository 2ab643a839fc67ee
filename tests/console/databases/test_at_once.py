"""Reading without waiting: what is committed, or nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.audit.recording import chain_of
from console.databases import at_once
from console.databases.at_once import Reader, WouldWait
from console.models import AuditHead
from robots.verifiers.memory import ends_of_chains
from tests.conftest import Cast

SELECT = "SELECT state FROM tokens"


Settings = dict[str, Any]


def filled(path: Path, state: str) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            f"PRAGMA journal_mode = WAL; CREATE TABLE tokens AS SELECT '{state}' AS state"
        )
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The database's file; its name has what means something in an address."""
    return filled(tmp_path / "of roster? 100%.sqlite3", "active")


@pytest.fixture
def database(path: Path) -> Settings:
    return {"ENGINE": at_once.ENGINE, "NAME": path}


@pytest.fixture
def reader(database: Settings) -> Iterator[Reader]:
    reader = Reader(database)
    yield reader
    reader.close()


def test_what_is_committed_counts_at_the_next_question(path: Path, reader: Reader) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        for state in ("disabled", "revoked"):
            writer.execute("BEGIN IMMEDIATE")
            before = reader.rows(SELECT, [])
            writer.execute("UPDATE tokens SET state = ?", [state])
            assert reader.rows(SELECT, []) == before
            writer.execute("COMMIT")
            assert reader.rows(SELECT, []) == [(state,)]


def test_a_lock_is_not_waited_for(path: Path, reader: Reader) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(WouldWait):
            reader.rows(SELECT, [])
    assert reader.rows(SELECT, []) == [("active",)]


def test_nothing_is_written(path: Path, reader: Reader) -> None:
    with pytest.raises(WouldWait):
        reader.rows("DELETE FROM tokens", [])
    assert reader.rows(SELECT, []) == [("active",)]


def test_a_file_that_is_not_there_is_not_made(
    tmp_path: Path, database: Settings, reader: Reader
) -> None:
    database["NAME"] = tmp_path / "gone"
    with pytest.raises(WouldWait):
        reader.rows(SELECT, [])
    assert not (tmp_path / "gone").exists()


def test_a_file_in_the_place_of_another_is_seen(
    path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_once, "MAX_SECONDS", 0.0)
    assert reader.rows(SELECT, []) == [("active",)]
    filled(path.with_name("other"), "restored").replace(path)
    assert reader.rows(SELECT, []) == [("restored",)]


def test_postgresql_is_never_asked(database: Settings, reader: Reader) -> None:
    database["ENGINE"] = "console.databases.postgresql"
    with pytest.raises(WouldWait):
        reader.rows(SELECT, [])


def test_a_statement_is_compiled_by_a_thread(cast: Cast) -> None:
    chain = chain_of(cast.organization)
    vars(ends_of_chains).pop("compiled", None)
    with pytest.raises(WouldWait):
        ends_of_chains.rows_at_once(first=chain, second=chain)
    [row] = ends_of_chains.rows(first=chain, second=chain)
    assert row.link == bytes(AuditHead.objects.get(chain=chain).link)
