"""What SQLite does not do by itself: count its tables, so that it finds rows by the right index, and give
the room back that purged rows took.
"""

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from console.jobs.running import heartbeat

# Rows of each index that are looked at: enough to choose by, and done within a moment.
LOOKED_AT = 1000
# What `PRAGMA auto_vacuum` says of a file that can be made smaller.
INCREMENTAL = 2
# Pages of 4 KiB.
KEPT_FREE, PAGES_AT_ONCE = 1000, 1000


def refresh() -> None:
    """Count anew. PostgreSQL does so by itself; SQLite knows nothing until it is told to."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        cursor.execute("ANALYZE")


def shrink() -> None:
    """Make the file smaller, a little at a time: nobody writes meanwhile."""
    if connection.vendor == "sqlite":
        give_back(connection)


def give_back(database: BaseDatabaseWrapper) -> None:
    """Give the free pages of an SQLite file back to the system but for some, which new rows will take."""
    if _pragma(database, "auto_vacuum") != INCREMENTAL:
        return
    while (free := _pragma(database, "freelist_count")) > KEPT_FREE:
        _pragma(database, f"incremental_vacuum({min(free - KEPT_FREE, PAGES_AT_ONCE)})")
        heartbeat()


def _pragma(database: BaseDatabaseWrapper, text: str) -> int:
    with database.cursor() as cursor:
        cursor.execute(f"PRAGMA {text}")
        rows = cursor.fetchall()
    return int(rows[0][0]) if rows else 0
