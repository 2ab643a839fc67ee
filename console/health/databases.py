"""Checks of the database: whether it answers, takes changes, and belongs to this installation."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from console import keyring, keyring_checks
from console.databases import clock as shared_clock
from console.databases.connections import sqlite_files
from console.databases.faults import first_line, has_no_schema, is_read_only
from console.databases.poolers import is_pooled
from console.databases.statements import POSTGRESQL
from console.health.findings import Finding, failed, ok, several, warning
from console.models import Event, JobLock
from console.moments import distance
from console.private_files import Inspection

# What SQLite keeps beside a file whose readers and writer wait for each other.
ROLLBACK_JOURNALS = {"delete", "truncate", "persist", "off"}
NEAR, FAR = timedelta(seconds=2), timedelta(minutes=1)
MOST_NAMED = 5


def database() -> Finding:
    """Its version and size, and whether it takes changes."""
    try:
        _change_nothing()
        return _postgresql() if connection.vendor == POSTGRESQL else _sqlite()
    except Error as fault:
        return failed(_fault(fault))


def _fault(fault: Error) -> str:
    if is_read_only(fault):
        return (
            "The database takes no changes: it is a standby, or read-only. Name the primary in"
            " ROSTER_DATABASE_URL, or make the file and its disk writable."
        )
    if has_no_schema(fault):
        return "The database has no tables of Roster. Start `serve`, which makes them."
    return f"The database does not answer: {first_line(fault)}. Start it, or correct ROSTER_DATABASE_URL."


def _change_nothing() -> None:
    """A change of no row, which only a database that takes changes lets through."""
    with transaction.atomic():
        JobLock.objects.filter(pk=0).update(failures=0)


def _postgresql() -> Finding:
    size = _value("SELECT pg_database_size(current_database())")
    version = _value("SHOW server_version")
    way = " through a pooler" if is_pooled() else ""
    return ok(f"PostgreSQL {version} answers{way} and takes changes; it holds {_bytes(size)}.")


def _sqlite() -> Finding:
    version, journal = _value("SELECT sqlite_version()"), str(_value("PRAGMA journal_mode"))
    if journal in ROLLBACK_JOURNALS:
        return warning(
            f"SQLite keeps a journal of the kind `{journal}` instead of a write-ahead log, so readers wait"
            " for writers. Keep the file on a disk of this machine, not on a network's."
        )
    size = sum(_size(file) for file in sqlite_files(settings.ROSTER_DATABASE_URL))
    return ok(
        f"SQLite {version} answers and takes changes; its files hold {_bytes(size)}, journal mode {journal}."
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # SQLite's own files come and go
        return 0


def _bytes(size: float | str) -> str:
    return filesizeformat(size).replace("\N{NO-BREAK SPACE}", " ")


def _value(statement: str) -> Any:  # noqa: ANN401 - as the database has it
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()[0][0]


def migrations() -> Finding:
    """Whether the tables are those of this version."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return ok("The tables are those of this version.")
    named = ", ".join(f"{it.app_label}.{it.name}" for it, _ in plan[:MOST_NAMED])
    return failed(
        f"{several(len(plan), 'migration waits', 'migrations wait')} ({named})."
        " Restart `serve`, or run `manage.py migrate`."
    )


def clock() -> Finding:
    """Whether this machine and the database agree on the time, and on what was written before."""
    here, there = timezone.now(), shared_clock.now()
    apart = abs(here - there)
    if apart >= NEAR:
        words = (
            f"This machine's clock and the database's are {_length(apart)} apart. Let both machines take"
            " the time from the network (NTP): ends of tokens and leases hang on it."
        )
        return failed(words) if apart >= FAR else warning(words)
    newest = Event.objects.order_by("-id").values_list("created_at", flat=True).first()
    if newest is not None and newest - here >= NEAR:
        return warning(
            f"The newest event of the audit log is dated {_length(newest - here)} ahead: the clock of a"
            " machine is wrong, or was. Let all machines take the time from the network (NTP)."
        )
    if connection.vendor == POSTGRESQL:
        return ok("This machine's clock and the database's agree.")
    return ok("Nothing is dated ahead of this machine's clock, which is the database's as well.")


def _length(apart: timedelta) -> str:
    seconds = round(apart.total_seconds())
    return f"{seconds} seconds" if seconds < FAR.total_seconds() else distance(apart)


def keyring_fits() -> Finding:
    """Whether it is this database's and private, and which of its roots are used."""
    try:
        settings.ROSTER_KEYRING_FILE.read_bytes()
        numbers = keyring.numbers()
    except ImproperlyConfigured as fault:
        return failed(f"{_sentence(str(fault))} Nothing that was made with it can be opened.")
    except OSError as fault:
        return failed(
            f"The keyring {settings.ROSTER_KEYRING_FILE} cannot be read: {fault.strerror}. Running"
            " processes remember it; a restart would fail. Restore it from its backup."
        )
    if faults := _privacy():
        return failed(f"{_sentence(faults[0])} Whoever reads it can open and sign everything.")
    return ok(f"It is this database's, and private. {_roots(numbers)}")


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:].rstrip('.')}."


def _privacy() -> list[str]:
    """What is open to others, since it was looked at when this process began."""
    inspection = Inspection()
    inspection.inspect_file(settings.ROSTER_KEYRING_FILE, may_change=False)
    return inspection.faults


def _roots(numbers: list[int]) -> str:
    used = [number for number in numbers if keyring_checks.is_used(number)]
    spare = [number for number in numbers if number not in used]
    words = f"Roots in use: {_named(used)}" if used else "No root is in use"
    return f"{words}; unused: {_named(spare)}." if spare else f"{words}."


def _named(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
