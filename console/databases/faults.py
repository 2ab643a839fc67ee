"""What an error of the database means: whether it is away, read-only, or without our tables."""

import sqlite3
from typing import Any

from django.db import Error, InterfaceError, OperationalError
from psycopg import errors as postgresql

# Of PostgreSQL; SQLite says it in words alone.
NO_SUCH = (postgresql.UndefinedTable, postgresql.UndefinedColumn)
NO_SUCH_IN_WORDS = ("no such table", "no such column")


def is_out_of_reach(fault: BaseException | None) -> bool:
    """Whether the database is gone, hangs, is locked by others for too long, or takes nothing."""
    if isinstance(fault, Error) and is_read_only(fault):
        return True
    if not isinstance(fault, OperationalError | InterfaceError):
        return False
    # SQLite says in the same way that a table is missing, which is a fault of ours.
    return getattr(fault.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


def is_read_only(fault: Error) -> bool:
    """Whether it is a standby, or the disk is (SQLSTATE 25006, SQLITE_READONLY)."""
    code = getattr(fault.__cause__, "sqlite_errorcode", 0) & 0xFF  # without what kind of it
    is_standby = isinstance(fault.__cause__, postgresql.ReadOnlySqlTransaction)
    return is_standby or code == sqlite3.SQLITE_READONLY


def has_no_schema(fault: Error) -> bool:
    """Whether a table or column is missing: nobody has migrated."""
    words = str(fault).startswith(NO_SUCH_IN_WORDS)
    return words or isinstance(fault.__cause__, NO_SUCH)


def first_line(fault: BaseException | None) -> str:
    """What it says, without hints, which are lines of their own."""
    return str(fault).strip().partition("\n")[0]


def explained(fault: Exception) -> dict[str, Any]:
    """What a line of the log says of it: a traceback is of use where the fault is ours."""
    return {"reason": first_line(fault)} if is_out_of_reach(fault) else {"exc_info": fault}
