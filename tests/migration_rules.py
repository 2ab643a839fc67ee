"""Which migrations servers of the version before cannot live with; `make lint` runs it over all of ours.

While an upgrade goes on, old servers work over new tables. CONTRIBUTING, Upgrades, says what to do instead.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import django
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field
from django.db.models.expressions import Value
from django.db.models.functions import Now

from console.databases.migrations import AddIndexOnline

# The last ones of each app that were made before there were rules.
BEFORE_THE_RULES = {"console": 22, "teams": 8, "robots": 21}
# What PostgreSQL can give to a million rows without writing one of them.
SAME_FOR_ALL = (Value, Now)
# One word is no reason.
WORDS_OF_A_REASON = 4

ADDED = (
    "an old server does not name the column when it inserts a row: give it a db_default that is the same for"
    " all rows, or null=True"
)
REWRITES = "PostgreSQL would write each row anew while nobody can read: give it a db_default that is constant"
UNIQUE = "old servers do not keep to it, and the index is built while nobody can write"
INDEXED = (
    "the index is built while nobody can write: AddIndexOnline, in a migration of its own with atomic = False"
    " (and db_index=False on a foreign key)"
)
GONE = (
    "old servers still use it: let one version go by that does not, and drop it in the next, with"
    " SeparateDatabaseAndState for the model meanwhile"
)
RENAMED = (
    "old servers know the old name alone: add a new one, write both, and drop the old one a version"
    " later"
)
ALTERED = (
    "the column changes under old servers, which may read what they cannot understand or write what no longer"
    " fits, and a table may be written anew: add a column beside it"
)
CONSTRAINED = (
    "old servers do not keep to it, and all rows are looked at while nobody can write: let one version go by"
    " that keeps to it, then add it"
)
UNCONSTRAINED = "an INSERT … ON CONFLICT of an old server may name it: drop it a version later"
ONE_WAY = "it cannot be taken back: give it a reverse, if only noop"
HOLDS_LOCKS = (
    "rows would stay locked until all are done: in a migration of its own with atomic = False, a batch at a"
    " time, so that it can be run again"
)
HALF_DONE = (
    "without a transaction it breaks off half done and cannot be run again: AddIndexOnline alone, or one"
    " RunPython alone"
)
SEVERAL = (
    "it keeps several tables locked until its end, while Django builds models: verifiers give up after two"
    " seconds. One table in each migration, new tables first"
)
INSIDE = "PostgreSQL builds it while others write only outside of a transaction: atomic = False"
UNKNOWN = "no rule knows this operation: add one, or say why it is allowed"


@dataclass
class Walk:
    """Where one has come to in an app: the models as they are, and which of them this migration makes."""

    app: str
    state: ProjectState
    atomic: bool
    made: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)

    def is_made_here(self, operation: Any) -> bool:
        """Nobody else knows that table yet."""
        return str(getattr(operation, "model_name", "")).lower() in self.made

    def column(self, operation: Any) -> "Field[Any, Any]":
        """As it is before the operation."""
        model = self.state.models[self.app, operation.model_name_lower]
        found: Field[Any, Any] = model.get_field(operation.name)
        return found


def added(operation: Any, _: Walk) -> str:
    column = operation.field
    if column.many_to_many:
        return ""
    if not column.null and not column.has_db_default():
        return ADDED
    if column.has_db_default() and not isinstance(column._db_default_expression, SAME_FOR_ALL):
        return REWRITES
    if column.unique:
        return UNIQUE
    return INDEXED if column.db_index else ""


def altered(operation: Any, walk: Walk) -> str:
    return ALTERED if _facts(walk.column(operation)) != _facts(operation.field) else ""


def _facts(column: "Field[Any, Any]") -> tuple[object, ...]:
    """What of a field the database knows."""
    _, path, positional, named = column.deconstruct()
    return path, positional, {n: v for n, v in named.items() if n not in column.non_db_attrs}


def ran(operation: Any, walk: Walk) -> str:
    if not operation.reversible:
        return ONE_WAY
    return HOLDS_LOCKS if walk.atomic else ""


def built_online(_: Any, walk: Walk) -> str:
    return INSIDE if walk.atomic else ""


def always(words: str) -> "Rule":
    return lambda operation, walk: words


def never(operation: Any, walk: Walk) -> str:
    return ""


Rule = Callable[[Any, Walk], str]
RULES: dict[type[Operation], Rule] = {
    operations.AddField: added,
    operations.AlterField: altered,
    operations.RemoveField: always(GONE),
    operations.DeleteModel: always(GONE),
    operations.RenameField: always(RENAMED),
    operations.RenameModel: always(RENAMED),
    operations.AlterModelTable: always(RENAMED),
    operations.AddIndex: always(INDEXED),
    operations.AddConstraint: always(CONSTRAINED),
    operations.AlterUniqueTogether: always(CONSTRAINED),
    operations.RemoveConstraint: always(UNCONSTRAINED),
    operations.RunPython: ran,
    operations.RunSQL: ran,
    AddIndexOnline: built_online,
    operations.CreateModel: never,
    operations.RemoveIndex: never,
    operations.RenameIndex: never,
    operations.AlterModelOptions: never,
    operations.AlterModelManagers: never,
    operations.AlterModelTableComment: never,
}


def faults_of(migration: Migration, state: ProjectState) -> Iterator[str]:
    """What is wrong with a migration, a line each; `state` is brought to what is behind it."""
    walk = Walk(migration.app_label, state, migration.atomic)
    if not migration.atomic and _breaks_off(migration.operations):
        yield f"{migration}: {HALF_DONE}"
    yield from _judged(migration, walk)
    if len(walk.locked) > 1:
        yield f"{migration}: {SEVERAL}"


def _judged(migration: Migration, walk: Walk) -> Iterator[str]:
    for operation in migration.operations:
        for words in _refusals(operation, walk):
            yield f"{migration}: {operation.describe()}: {words}"
        _go_on(operation, walk)


def _breaks_off(found: Sequence[Operation]) -> bool:
    return len(found) > 1 and any(type(operation) is not AddIndexOnline for operation in found)


def _refusals(operation: Operation, walk: Walk) -> Iterator[str]:
    because = str(getattr(operation, "allowed_because", ""))
    if len(because.split()) >= WORDS_OF_A_REASON or walk.is_made_here(operation):
        return
    if type(operation) is operations.SeparateDatabaseAndState:
        for inner in operation.database_operations:
            yield from _refusals(inner, walk)
        return
    if type(operation) is operations.AddField:
        walk.locked.add(operation.model_name_lower)
    if words := RULES.get(type(operation), always(UNKNOWN))(operation, walk):
        yield words


def _go_on(operation: Operation, walk: Walk) -> None:
    if type(operation) is operations.CreateModel:
        walk.made.add(operation.name_lower)
    operation.state_forwards(walk.app, walk.state)


def all_faults() -> list[str]:
    """Of all our migrations since there are rules, in the order in which they are applied."""
    loader = MigrationLoader(None)
    state, faults = ProjectState(), []
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration = loader.graph.nodes[key]
        found = list(faults_of(migration, state))
        if is_ruled(*key):
            faults += found
    return faults


def is_ruled(app: str, name: str) -> bool:
    """Whether a migration is of ours since there are rules."""
    return int(name[:4]) > BEFORE_THE_RULES[app] if app in BEFORE_THE_RULES else False


if __name__ == "__main__":
    django.setup()
    sys.exit("\n".join(all_faults()) or 0)
