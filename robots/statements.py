"""Statements of the hot path: a queryset compiled once, executed on the driver's own cursor.

What a statement says is defined by Django's models; what it costs is the driver's. A statement
contains no time and no list of ids: whatever changes from call to call is a `Parameter`.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psycopg
from django.db import (
    InterfaceError,
    NotSupportedError,
    OperationalError,
    connection,
    models,
)
from django.db.models import QuerySet
from django.db.models.expressions import Value

Row = TypeVar("Row", bound=tuple[Any, ...])
Converter = tuple[int, Callable[..., Any], Any]
POSTGRESQL = "postgresql"
# What a lost connection raises; the last one is PostgreSQL's "cached plan must not change result
# type" after a migration. A new connection cures all of them.
LOST = (OperationalError, InterfaceError, NotSupportedError)


class Parameter(Value):
    """A value that is only known when the statement runs; `field` says how the database takes it."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # noqa: ANN401 - Django's own signature
        return "%s", [self]

    def prepared(self, values: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the driver takes
        return self.output_field.get_db_prep_value(values[self.value], connection)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The SQL, its parameters in order (constants among them), and what turns columns into values."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[Converter, ...]


def _compile(queryset: QuerySet[Any, Any]) -> Compiled:
    compiler = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    columns = [column for column, _, _ in compiler.select]
    converters = tuple(
        (index, convert, column)
        for index, (converts, column) in compiler.get_converters(columns).items()
        for convert in converts
    )
    if connection.vendor != POSTGRESQL:
        sql = sql.replace("%s", "?").replace("%%", "%")
    return Compiled(sql, tuple(parameters), converters)


class Statement(Generic[Row]):
    """A SELECT. `row` is a NamedTuple whose field names are the lookups that are selected."""

    def __init__(self, row: type[Row], queryset: Callable[[], QuerySet[Any, Any]]) -> None:
        self.row, self.queryset = row, queryset

    @functools.cached_property
    def compiled(self) -> Compiled:
        return _compile(self.queryset().order_by().values_list(*self.row._fields))  # type: ignore[attr-defined]

    def rows(self, **values: Any) -> list[Row]:  # noqa: ANN401 - what the parameters' fields take
        """Every row, each read from the database now. A lost connection is replaced once."""
        compiled = self.compiled
        parameters = [
            parameter.prepared(values) if isinstance(parameter, Parameter) else parameter
            for parameter in compiled.parameters
        ]
        found = _fetch(compiled.sql, parameters)
        return [self._row(row, compiled.converters) for row in found]

    def _row(self, columns: Sequence[Any], converters: tuple[Converter, ...]) -> Row:
        values = list(columns)
        for index, convert, column in converters:
            if values[index] is not None:
                values[index] = convert(values[index], column, connection)
        return self.row._make(values)  # type: ignore[attr-defined, no-any-return]


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    _renew_old_connection()
    try:
        return _execute(sql, parameters)
    except LOST:
        if connection.in_atomic_block:
            raise
        connection.close()
        return _execute(sql, parameters)


def _renew_old_connection() -> None:
    """What Django's request signals would do: they do not run here."""
    if connection.close_at is not None and not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _execute(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """Run and fetch everything: on SQLite an unfinished cursor would keep its old snapshot, and the
    next statement would not see a revocation that is committed.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if connection.vendor != POSTGRESQL:
            return connection.connection.execute(sql, parameters).fetchall()  # type: ignore[no-any-return]
        with psycopg.Cursor(connection.connection) as cursor:
            return cursor.execute(sql, parameters, prepare=True).fetchall()
