"""The address of a database: what it may look like, and what is made of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS
from django.db.utils import ConnectionHandler

from console.databases.connections import database_of, limit_waiting, postgresql_fault

SEVERAL = [
    "postgresql://roster:se%2Fcret@db-1:5432,db-2:5433/roster",
    "postgres://roster:se%2Fcret@db-1,db-2:5433/roster",
    "postgresql://roster:se%2Fcret@/roster?host=db-1,db-2&port=5432,5433",
    "postgresql://roster:se%2Fcret@db-1:5432,db-2:5433/roster?target_session_attrs=primary",
]


@pytest.mark.parametrize("url", SEVERAL)
def test_several_hosts_are_the_driver_s_to_choose_from(url: str) -> None:
    assert postgresql_fault(url) == ""
    found = database_of(url)
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("roster", "se/cret", "roster")
    assert (found["HOST"], found["PORT"]) == ("", "")
    options = found["OPTIONS"]
    assert (options["host"], options["port"]) == ("db-1,db-2", "5432,5433")
    assert options["target_session_attrs"] == "primary"


def test_addresses_of_version_6_are_hosts_as_well() -> None:
    options = database_of("postgresql://roster@[2001:db8::1]:5432,[2001:db8::2]/roster")["OPTIONS"]
    assert (options["host"], options["port"]) == ("2001:db8::1,2001:db8::2", "5432,5432")


def test_one_host_has_to_be_the_primary_too() -> None:
    found = database_of("postgresql://roster@db:5433/roster?sslmode=require")
    assert (found["HOST"], found["PORT"]) == ("db", 5433)
    options = found["OPTIONS"]
    assert (options["target_session_attrs"], options["sslmode"]) == ("primary", "require")


def test_an_address_may_want_a_session_that_can_write() -> None:
    url = "postgresql://roster@db-1,db-2/roster?target_session_attrs=read-write"
    assert postgresql_fault(url) == ""
    assert database_of(url)["OPTIONS"]["target_session_attrs"] == "read-write"


@pytest.mark.parametrize("wanted", ["any", "standby", "prefer-standby", "read-only"])
def test_no_standby_can_be_asked_for(wanted: str) -> None:
    fault = postgresql_fault(f"postgresql://roster@db/roster?target_session_attrs={wanted}")
    assert fault.startswith("target_session_attrs has to be primary or read-write: a standby lags")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://roster:secret@db-1:5432,db-2:port/roster",
        "postgresql://roster:secret@db-1,,db-2/roster",
        "postgresql://roster:se/cret@db/roster",
        "postgresql://roster:se#cret@db:5432/roster",
    ],
)
def test_what_is_no_address_is_shown_one_and_not_repeated(url: str) -> None:
    fault = postgresql_fault(url)
    assert "postgresql://user:password@host-1:5432,host-2:5432/name" in fault
    assert "secret" not in fault


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("patience", "waits"),
    [(None, 60_000), (15.0, 5_000), (2.0, 2_000)],
    ids=["command", "page", "verifier"],
)
def test_a_thread_waits_for_the_lock_of_sqlite_as_long_as_it_has_patience(
    tmp_path: Path, patience: float | None, waits: int
) -> None:
    settings = database_of(f"sqlite:///{tmp_path}/own.sqlite3")
    handler = ConnectionHandler({DEFAULT_DB_ALIAS: settings})
    limit_waiting(patience)
    try:
        with closing(handler[DEFAULT_DB_ALIAS]) as own, own.cursor() as cursor:
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (waits,)
    finally:
        limit_waiting(None)


@pytest.mark.django_db
def test_who_opens_a_file_of_sqlite_waits_for_no_writer(tmp_path: Path) -> None:
    """And a new file is one that can give room back."""
    file = tmp_path / "own.sqlite3"
    handler = ConnectionHandler({DEFAULT_DB_ALIAS: database_of(f"sqlite:///{file}")})
    with closing(handler[DEFAULT_DB_ALIAS]) as first, first.cursor() as cursor:
        cursor.execute("CREATE TABLE rows (id INTEGER)")
        cursor.execute("PRAGMA auto_vacuum")
        assert cursor.fetchone() == (2,)
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        limit_waiting(0.01)
        try:
            with closing(handler[DEFAULT_DB_ALIAS]) as own, own.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM rows")
                assert cursor.fetchone() == (0,)
        finally:
            limit_waiting(None)
