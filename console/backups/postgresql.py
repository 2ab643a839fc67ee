"""PostgreSQL: `pg_dump` of one moment, and `pg_restore`. Both have to be as new as the server, at least."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from psycopg import sql
from psycopg.conninfo import make_conninfo

from console.backups.errors import BackupError
from console.backups.stores import speaking_to
from console.databases.faults import first_line
from console.databases.poolers import is_pooled

# Of the parameters of the connection, what says where the server is. Deadlines are for requests.
PLACE = {
    *("host", "port", "user", "dbname", "passfile", "service", "target_session_attrs"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "gssencmode"),
}
DEBIAN = Path("/usr/lib/postgresql")
TABLES = """
SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname = current_schema()
"""


class PostgreSql:
    """The database that ROSTER_DATABASE_URL names."""

    kind, file = "postgresql", "database.dump"

    def __init__(self) -> None:
        _require_direct()

    @contextmanager
    def snapshot(self, target: Path) -> Iterator[None]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (name,) = cursor.fetchone()
            _run("pg_dump", "--format=custom", f"--snapshot={name}", f"--file={target}")
            yield

    @contextmanager
    def scratch(self, copy: Path) -> Iterator[None]:
        name = f"roster_backup_{secrets.token_hex(4)}"
        self._execute("CREATE DATABASE {}", name)
        try:
            with speaking_to({"NAME": name}):
                _restore(copy)
                yield
        finally:
            self._execute("DROP DATABASE {}", name)

    def put_back(self, copy: Path, prove: Callable[[], object]) -> str:
        """The database has to be empty, so nothing is ever replaced. It is filled as one transaction."""
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            (tables,) = cursor.fetchone()
        if tables:
            raise BackupError(
                f"the database has {tables} tables: make an empty one, and name it in ROSTER_DATABASE_URL"
            )
        _restore(copy)
        prove()
        return ""

    def _execute(self, statement: str, name: str) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
        except DatabaseError as fault:
            raise BackupError(f"no place to try the backup in: {first_line(fault)}") from fault


def _restore(copy: Path) -> None:
    _run("pg_restore", "--single-transaction", "--exit-on-error", str(copy))


def _require_direct() -> None:
    """`pg_dump` and `pg_restore` leave settings in their session, which a pooler passes on to others."""
    if is_pooled():
        raise BackupError(
            "ROSTER_DATABASE_URL leads to a pooler: name the server itself for a backup or a restore"
        )


def _run(name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's on the database of the connection; no argument has its password."""
    given = connection.get_connection_params()
    place = make_conninfo(**{key: given[key] for key in PLACE & given.keys()})
    password = {"PGPASSWORD": str(given["password"])} if given.get("password") else {}
    done = subprocess.run(  # noqa: S603 - a command of ours
        [_program(name), "--no-owner", "--no-privileges", f"--dbname={place}", *arguments],
        env=os.environ | password,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{name}: {(done.stderr.strip() or 'failed').splitlines()[0]}")


def _program(name: str) -> str:
    """Debian keeps those of several versions in folders of their own: the newest is right for all servers."""
    installed = sorted(DEBIAN.glob(f"[0-9]*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        raise BackupError(f"{name} is not installed: it comes with PostgreSQL's client programs")
    return found
