"""What one operation of a migration does to which table, on either database."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db import connection, models
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from console.databases.statements import POSTGRESQL

# How functions of migrations name the tables that they change.
GET_MODEL = re.compile(r"""get_model\(\s*["'](\w+)["'],\s*["'](\w+)["']""")
IN_SQL = re.compile(r"\b(?:INTO|UPDATE|FROM|JOIN)\s+\"?(\w+)\"?", re.IGNORECASE)
MAKES = "makes the table"
MISSED = "versions before this one still ask for it"
REFUSED = "versions before this one may write what it refuses"


class Work(StrEnum):
    """What takes as long as the table is large."""

    NONE = "at once"
    COPY = "copies every row"
    INDEX = "sorts every row"
    READ = "reads every row"
    CODE = "may change every row"


@dataclass(frozen=True, slots=True)
class Step:
    """`obstacle` is why processes of an older version cannot go on beside it; empty where they can."""

    table: str
    words: str
    work: Work = Work.NONE
    obstacle: str = ""


def steps_of(operation: Operation, app: str, state: ProjectState) -> list[Step]:
    """What `operation` does to a database in `state`, which is that before it."""
    for kind, describe in KINDS:
        if isinstance(operation, kind):
            return [_judged(operation, step) for step in describe(operation, app, state)]
    return []  # changes what Django knows, and nothing in the database


def _judged(operation: Operation, step: Step) -> Step:
    """Without an obstacle where a reason stands beside the operation: console/databases/migrations.py."""
    return replace(step, obstacle="") if hasattr(operation, "allowed_because") else step


def _is_postgresql() -> bool:
    return connection.vendor == POSTGRESQL


def _table(app: str, name: str, state: ProjectState) -> str:
    model = state.models.get((app, name.lower()))
    named = model.options.get("db_table") if model else None
    return str(named or f"{app}_{name.lower()}")


def _field(operation: Any, app: str, state: ProjectState) -> Any:  # noqa: ANN401 - any field
    model = state.models.get((app, operation.model_name_lower))
    return model.fields.get(operation.name) if model else None


def _create(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    table = operation.options.get("db_table") or f"{app}_{operation.name_lower}"
    yield Step(table, MAKES)


def _delete(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    yield Step(_table(app, operation.name, state), "drops the table", obstacle=MISSED)


def _rename_model(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    yield Step(_table(app, operation.old_name, state), "renames the table", obstacle=MISSED)


def _rename_table(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    yield Step(_table(app, operation.name, state), "renames the table", obstacle=MISSED)


def _add_field(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    field, table = operation.field, _table(app, operation.model_name, state)
    if field.many_to_many:
        yield Step(f"{table}_{operation.name}", MAKES)
        return
    has_default = field.null or field.has_db_default() or field.generated
    obstacle = "" if has_default else "versions before this one write rows without it"
    yield Step(table, f"adds the column {operation.name}", _of_new(field), obstacle)
    if field.db_index or field.unique:
        yield Step(table, f"indexes the column {operation.name}", Work.INDEX)


def _of_new(field: Any) -> Work:  # noqa: ANN401 - any field
    """PostgreSQL keeps a default beside the table; for SQLite it is a copy of the table."""
    if _is_postgresql():
        return Work.COPY if field.generated else Work.NONE
    is_plain = field.null and not field.unique and not field.has_default()
    return Work.NONE if is_plain and not field.has_db_default() else Work.COPY


def _remove_field(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    field = _field(operation, app, state)
    is_bound = field is None or field.is_relation or field.unique or field.db_index
    work = Work.COPY if is_bound and not _is_postgresql() else Work.NONE
    table = _table(app, operation.model_name, state)
    yield Step(table, f"drops the column {operation.name}", work, MISSED)


def _rename_field(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    table = _table(app, operation.model_name, state)
    yield Step(table, f"renames the column {operation.old_name}", obstacle=MISSED)


def _alter_field(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    before, after = _field(operation, app, state), operation.field
    if before is None or not _is_altered(before, after):
        return
    is_retyped = before.get_internal_type() != after.get_internal_type()
    is_narrower = is_retyped or (before.null and not after.null) or _is_shorter(before, after)
    work = (Work.COPY if is_retyped else Work.READ) if _is_postgresql() else Work.COPY
    table = _table(app, operation.model_name, state)
    words = f"changes the column {operation.name}"
    yield Step(table, words, work, REFUSED if is_narrower else "")


def _is_altered(before: Any, after: Any) -> bool:  # noqa: ANN401 - any fields
    """Whether the database hears of it: not of labels, choices and what forms say."""
    return _of_database(before) != _of_database(after)


def _of_database(field: Any) -> tuple[str, Any, dict[str, Any]]:  # noqa: ANN401 - any field
    _, path, args, kwargs = field.deconstruct()
    return path, args, {key: kwargs[key] for key in kwargs.keys() - {*field.non_db_attrs}}


def _is_shorter(before: Any, after: Any) -> bool:  # noqa: ANN401 - any fields
    old, new = getattr(before, "max_length", None), getattr(after, "max_length", None)
    return bool(new and (old is None or new < old))


def _add_index(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    table = _table(app, operation.model_name, state)
    yield Step(table, f"makes the index {operation.index.name}", Work.INDEX)


def _remove_index(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    yield Step(_table(app, operation.model_name, state), f"drops the index {operation.name}")


def _add_constraint(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    constraint, table = operation.constraint, _table(app, operation.model_name, state)
    is_unique = isinstance(constraint, models.UniqueConstraint)
    is_index = is_unique and bool(constraint.condition or constraint.expressions)
    work = Work.INDEX if is_unique else Work.READ
    if not (_is_postgresql() or is_index):
        work = Work.COPY
    yield Step(table, f"makes the rule {constraint.name}", work, REFUSED)


def _remove_constraint(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    work = Work.NONE if _is_postgresql() else Work.COPY
    yield Step(_table(app, operation.model_name, state), f"drops the rule {operation.name}", work)


def _alter_together(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    work = Work.INDEX if _is_postgresql() else Work.COPY
    table = _table(app, operation.name, state)
    yield Step(table, "changes what is unique together", work, REFUSED)


def _python(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    """The tables that the module of its function names: those it may change."""
    source = inspect.getsource(inspect.getmodule(operation.code) or operation.code)
    named = sorted({_table(it, name, state) for it, name in GET_MODEL.findall(source)})
    for table in named:
        yield Step(table, "runs code over it", Work.CODE)
    if not named:
        yield Step("", "runs code of its own", Work.CODE)


def _sql(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    named = sorted({*IN_SQL.findall(str(operation.sql))})
    for table in named or [""]:
        yield Step(table, "runs SQL of its own", Work.CODE)


def _apart(operation: Any, app: str, state: ProjectState) -> Iterator[Step]:  # noqa: ANN401
    for inner in operation.database_operations:
        yield from steps_of(inner, app, state)


Describe = Callable[[Any, str, ProjectState], Iterator[Step]]
KINDS: tuple[tuple[type[Operation], Describe], ...] = (
    (ops.CreateModel, _create),
    (ops.DeleteModel, _delete),
    (ops.RenameModel, _rename_model),
    (ops.AlterModelTable, _rename_table),
    (ops.AddField, _add_field),
    (ops.RemoveField, _remove_field),
    (ops.RenameField, _rename_field),
    (ops.AlterField, _alter_field),
    (ops.AddIndex, _add_index),
    (ops.RemoveIndex, _remove_index),
    (ops.AddConstraint, _add_constraint),
    (ops.RemoveConstraint, _remove_constraint),
    (ops.AlterUniqueTogether, _alter_together),
    (ops.AlterIndexTogether, _alter_together),
    (ops.RunPython, _python),
    (ops.RunSQL, _sql),
    (ops.SeparateDatabaseAndState, _apart),
)
