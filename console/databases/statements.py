"""Questions that are asked all the time: a queryset compiled once, executed again and again.

What a statement says is defined by Django's models; what it costs is the driver's. A statement
contains no time and no list of ids: whatever changes from call to call is a `Parameter`.
"""

import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import psycopg
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    connections,
    models,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.expressions import Value

from console.databases.at_once import WouldWait, reader

Row = TypeVar("Row", bound=NamedTuple)
Instance = TypeVar("Instance", bound=models.Model)
Converter = tuple[int, Callable[..., Any], Any]
POSTGRESQL = "postgresql"
# What a lost connection raises; the last one is PostgreSQL's "cached plan must not change result
# type" after a migration. A new connection cures all of them.
LOST = (OperationalError, InterfaceError, NotSupportedError)


class Parameter(Value):
    """A value known only when the statement runs.

    `field` says how the database takes it; text and whole numbers every driver takes as they are.
    """

    def __init__(self, name: str, field: models.Field[Any, Any] | None = None) -> None:
        super().__init__(name, output_field=field)
        self.taken_as = field

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ANN401 - Django's own signature
        return "%s", [self]


# How to get one parameter's value for the driver, given the values by name and the connection.
Getter = Callable[[dict[str, Any], BaseDatabaseWrapper], Any]


def _getter(parameter: Any) -> Getter:  # noqa: ANN401 - a Parameter, or a constant of any type
    if not isinstance(parameter, Parameter):
        return lambda values, database: parameter
    name, field = parameter.value, parameter.taken_as
    if field is None:
        return lambda values, database: values[name]
    return lambda values, database: field.get_db_prep_value(values[name], database)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The SQL for the driver and for Django, its parameters in order, and what turns columns into values."""

    sql: str
    django_sql: str
    getters: tuple[Getter, ...]
    converters: tuple[Converter, ...]


def _compile(queryset: QuerySet[Any, Any], database: BaseDatabaseWrapper) -> Compiled:
    compiler = queryset.query.get_compiler(connection=database)
    sql, parameters = compiler.as_sql()
    columns = [column for column, _, _ in compiler.select]
    converters = tuple(
        (index, convert, column)
        for index, (converts, column) in compiler.get_converters(columns).items()
        for convert in converts
    )
    plain = sql if database.vendor == POSTGRESQL else sql.replace("%s", "?").replace("%%", "%")
    return Compiled(plain, sql, tuple(map(_getter, parameters)), converters)


class Statement(Generic[Row]):
    """A SELECT. `row` is a NamedTuple whose field names are the lookups that are selected."""

    def __init__(self, row: type[Row], queryset: Callable[[], QuerySet[Any, Any]]) -> None:
        self.row, self.queryset = row, queryset
        self.make: Callable[[Sequence[Any]], Row] = row._make

    @functools.cached_property
    def compiled(self) -> Compiled:
        names = self.row._fields
        return _compile(self.queryset().order_by().values_list(*names), _database())

    def rows(self, **values: Any) -> list[Row]:
        """For verifiers: every row, on the driver's own cursor. A lost connection is replaced once."""
        compiled, database = self.compiled, _database()
        parameters = [get(values, database) for get in compiled.getters]
        found = _fetch(database, compiled.sql, parameters)
        return [self.make(_converted(row, compiled.converters, database)) for row in found]

    def rows_at_once(self, **values: Any) -> list[Row]:
        """For the server's loop: every row. Raises `WouldWait`, also until a thread has asked once."""
        compiled, database = vars(self).get("compiled"), reader.database
        if compiled is None:
            raise WouldWait
        found = reader.rows(compiled.sql, [get(values, database) for get in compiled.getters])
        return [self.make(_converted(row, compiled.converters, database)) for row in found]

    def ask(self, **values: Any) -> list[Row]:
        """For pages and services: every row, as any other query of Django's."""
        return [self.make(row) for row in _ask(self.compiled, values)]


class InstancesStatement(Generic[Instance]):
    """A SELECT of whole rows of one table, in the queryset's order, as instances of its model.

    What the queryset annotates stands on the instances, as Django would have it.
    """

    def __init__(self, queryset: Callable[[], QuerySet[Instance]]) -> None:
        self.queryset = queryset

    @functools.cached_property
    def compiled(self) -> Compiled:
        return _compile(self.queryset(), _database())

    @functools.cached_property
    def make(self) -> Callable[[list[Any]], Instance]:
        queryset = self.queryset()
        model, annotated = queryset.model, list(queryset.query.annotation_select)
        names = [field.attname for field in model._meta.concrete_fields]
        if not annotated:
            return lambda values: model.from_db(DEFAULT_DB_ALIAS, names, values)

        def make(values: list[Any]) -> Instance:
            instance = model.from_db(DEFAULT_DB_ALIAS, names, values[: len(names)])
            vars(instance).update(zip(annotated, values[len(names) :], strict=True))
            return instance

        return make

    def ask(self, **values: Any) -> list[Instance]:
        """For pages and services: every row, as any other query of Django's."""
        return [self.make(row) for row in _ask(self.compiled, values)]


def _ask(compiled: Compiled, values: dict[str, Any]) -> list[list[Any]]:
    database = _database()
    with database.cursor() as cursor:
        cursor.execute(compiled.django_sql, [get(values, database) for get in compiled.getters])
        rows = cursor.fetchall()
    return [_converted(row, compiled.converters, database) for row in rows]


def _database() -> BaseDatabaseWrapper:
    """This thread's connection itself: Django's `connection` would look it up at every access."""
    return connections[DEFAULT_DB_ALIAS]


def _converted(
    row: Sequence[Any], converters: tuple[Converter, ...], database: BaseDatabaseWrapper
) -> list[Any]:
    values = list(row)
    for index, convert, column in converters:
        if values[index] is not None:
            values[index] = convert(values[index], column, database)
    return values


def _fetch(database: BaseDatabaseWrapper, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    _close_old(database)
    try:
        return _execute(database, sql, parameters)
    except LOST:
        if database.in_atomic_block:
            raise
        database.close()
        return _execute(database, sql, parameters)


def _close_old(database: BaseDatabaseWrapper) -> None:
    """What Django's request signals would do: they do not run here."""
    over = database.close_at is not None and time.monotonic() >= database.close_at
    if over and not database.in_atomic_block:
        database.close()


def _execute(
    database: BaseDatabaseWrapper, sql: str, parameters: list[Any]
) -> list[tuple[Any, ...]]:
    """Run and fetch everything: on SQLite an unfinished cursor would keep its old snapshot, and the
    next statement would not see a revocation that is committed.
    """
    with database.wrap_database_errors:
        if database.connection is None:
            database.connect()
        if database.vendor != POSTGRESQL:
            rows: list[tuple[Any, ...]] = database.connection.execute(sql, parameters).fetchall()
            return rows
        with psycopg.Cursor(database.connection) as cursor:
            return cursor.execute(sql, parameters, prepare=True).fetchall()
