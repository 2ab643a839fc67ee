"""What many tests begin with: made once by the product's services, then written again row by row.

Only where the database is in memory and was as empty as the first time, and the clock shows the same
day; otherwise it is made anew, so that it is never of another time than the test.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from console.audit import search
from robots.base.credentials import Plaintext

T = TypeVar("T")
Rows = dict[str, set[tuple[Any, ...]]]


@dataclass(frozen=True)
class Taken:
    """When it was made, the rows that were there, those that were added, and what tests get."""

    at: datetime
    before: dict[str, int]
    added: Rows
    made: Any


# By the day that the clock showed, which a test may have moved, and by name.
_days: dict[date, dict[str, Taken]] = {}


def begin_with(name: str, make: Callable[[], T]) -> T:
    """What `make` makes, called `name`: by `make` the first time, by its rows from then on."""
    if connection.vendor != "sqlite":
        return make()
    day, counts = _snapshots(timezone.now()), _counts()
    taken = day.get(name)
    if taken and counts == taken.before:
        _write(taken.added)
        again: T = _copied(taken.made)
        return again
    at, before = timezone.now(), _rows()
    made = make()
    if taken is None:
        added = {table: rows - before[table] for table, rows in _rows().items()}
        kept = {table: rows for table, rows in added.items() if rows}
        day[name] = Taken(at, counts, kept, _copied(made))
    return made


def _snapshots(now: datetime) -> dict[str, Taken]:
    """Those of the day; none if some are of later than now, because they build on each other."""
    day = _days.setdefault(now.date(), {})
    if any(now < taken.at for taken in day.values()):
        day.clear()
    return day


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
    return [
        name for name in found if not name.startswith(("robots_search_", "console_event_search"))
    ]


TABLES: list[str] = []


def _counts() -> dict[str, int]:
    TABLES[:] = TABLES or _tables()
    asked = " UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM {name}" for name in TABLES)
    with connection.cursor() as cursor:
        return dict(cursor.execute(asked).fetchall())


def _rows() -> Rows:
    return {name: set(_of(name)) for name in TABLES}


def _columns(table: str) -> str:
    """Those that can be written: not what follows from others."""
    if table == "robots_search":
        return "rowid, document"
    with connection.cursor() as cursor:
        found = cursor.execute(f"PRAGMA table_info({table})")
        return ", ".join(f'"{row[1]}"' for row in found.fetchall())


def _of(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        found = cursor.execute(f"SELECT {_columns(table)} FROM {table}")
        return [tuple(row) for row in found.fetchall()]


def _write(rows: Rows) -> None:
    # What a row refers to may be written after it: SQLite asks when the transaction ends.
    with transaction.atomic(), connection.cursor() as cursor:
        for table, added in rows.items():
            marks = ", ".join(["%s"] * len(next(iter(added))))
            statement = f"INSERT OR REPLACE INTO {table} ({_columns(table)}) VALUES ({marks})"
            cursor.executemany(statement, list(added))
    search.rebuild()


def _copied(made: T) -> T:
    """A copy that a test may change. Secrets refuse to be copied, and need not be."""
    return copy.deepcopy(made, {id(secret): secret for secret in _secrets(made)})


def _secrets(thing: Any, depth: int = 3) -> list[Plaintext]:
    if isinstance(thing, Plaintext):
        return [thing]
    names = getattr(thing, "__dataclass_fields__", ()) if depth else ()
    return [found for name in names for found in _secrets(getattr(thing, name), depth - 1)]
