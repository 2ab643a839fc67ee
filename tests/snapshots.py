"""What the database holds, to see what a request changed, and to undo it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from console.models import Session
from robots.usage import counters

OURS = ("console", "teams", "robots")
# Signing in for a test writes it.
NOT_OURS = {"last_login"}
Row = dict[str, Any]
Rows = dict[tuple[str, int], Row]


def rows() -> Rows:
    """Every row of ours but sessions, by the model's name and its id, its values as the database has them."""
    return {
        (model.__name__, row["id"]): {key: row[key] for key in row.keys() - NOT_OURS}
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if model is not Session
        for row in _rows_of(model)
    }


def _rows_of(model: type[Model]) -> Iterator[Row]:
    """Without the ORM, which takes five times as long: thousands of snapshots are compared."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
        columns = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            yield dict(zip(columns, values, strict=True))


WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def watched_writes() -> Iterator[list[str]]:
    """The statements meanwhile that write, also those that were undone."""
    written: list[str] = []

    def note(execute: Any, sql: str, *others: Any) -> Any:
        if sql.startswith(WRITES):
            written.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(note):
        yield written


class Watch:
    """Whether rows changed since it was asked last; they are only compared when something was written."""

    def __init__(self, written: list[str]) -> None:
        self.rows, self.written = rows(), written

    def changed(self) -> bool:
        if not self.written:
            return False
        self.written.clear()
        before, self.rows = self.rows, rows()
        return self.rows != before


@contextmanager
def watched() -> Iterator[Watch]:
    """A watch over what is written meanwhile."""
    with watched_writes() as written:
        yield Watch(written)


@dataclass(frozen=True)
class Difference:
    """What is new, what is gone, and which columns of what else were changed."""

    made: Rows
    gone: Rows
    changed: set[str]


def difference(before: Rows, after: Rows) -> Difference:
    return Difference(
        made={key: row for key, row in after.items() if key not in before},
        gone={key: row for key, row in before.items() if key not in after},
        changed={
            f"{key[0]}.{column}"
            for key, row in before.items()
            for column, value in row.items()
            if key in after and after[key][column] != value
        },
    )


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside goes afterwards, so that many examples can begin alike."""
    counters.take()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
