"""Writing a million rows: the driver's own bulk statements, columns from the models."""

import gc
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone

BATCH = 50_000
FAST = (
    "PRAGMA synchronous=OFF",
    "PRAGMA journal_mode=MEMORY",
    "PRAGMA cache_size=-1000000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA foreign_keys=OFF",
)

Row = tuple[Any, ...]


def hurry() -> None:
    """Give up, for this connection, what keeps rows through a power cut."""
    gc.disable()  # a million rows make no cycles
    with connection.cursor() as cursor:
        for statement in (
            FAST if connection.vendor == "sqlite" else ["SET synchronous_commit = off"]
        ):
            cursor.execute(statement)


def column(model: type[models.Model], name: str, value: Any) -> Any:  # noqa: ANN401 - any column
    """`value` as this database takes it in the column of the field `name`."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is not a column")
    return field.get_db_prep_save(value, connection)


def _defaults(model: type[models.Model], given: tuple[str, ...]) -> dict[str, Any]:
    """What the columns that are not given hold in every row."""
    now = timezone.now()
    return {
        field.column: column(
            model, field.name, now if getattr(field, "auto_now_add", False) else field.get_default()
        )
        for field in model._meta.concrete_fields
        if field.column and field.column not in given and not _is_the_databases(field)
    }


def _is_the_databases(field: models.Field[Any, Any]) -> bool:
    """Whether the database fills the column by itself."""
    return field.primary_key or field.generated or field.has_db_default()


def insert(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Write `rows`, whose values are as the database takes them; other columns get their default."""
    defaults = _defaults(model, columns)
    names = ", ".join(f'"{name}"' for name in (*columns, *defaults))
    rest = tuple(defaults.values())
    whole = (row + rest for row in rows)
    table = f'"{model._meta.db_table}" ({names})'
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * (len(columns) + len(rest)))
        _executemany(f"INSERT INTO {table} VALUES ({marks})", whole)
    else:
        _copy(f"COPY {table} FROM STDIN", whole)


def _executemany(statement: str, rows: Iterator[Row]) -> None:
    connection.ensure_connection()
    driver = connection.connection
    while batch := list(islice(rows, BATCH)):
        driver.execute("BEGIN")
        driver.executemany(statement, batch)
        driver.execute("COMMIT")


def _copy(statement: str, rows: Iterator[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def finish(*written: type[models.Model]) -> None:
    """Let new rows be numbered after these, and give the planner its statistics."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
