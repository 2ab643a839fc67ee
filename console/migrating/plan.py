"""What `migrate` is about to do: migrations in their order, the rows they are about, how long it takes."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from console.databases.statements import POSTGRESQL
from console.migrating.steps import Step, Work, steps_of

# Rows in a second, measured on two busy cores with rows of 250 bytes and four indexes (SQLite, PostgreSQL).
RATES = {
    Work.COPY: (20_000, 60_000),
    Work.INDEX: (70_000, 300_000),
    Work.READ: (500_000, 2_000_000),
    Work.CODE: (50_000, 5_000),
}
# What each migration takes besides.
SECONDS_EACH = 0.1
# Larger tables of PostgreSQL are not counted: its own estimate does.
COUNTED = 100_000
ESTIMATE = "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)"


@dataclass(frozen=True, slots=True)
class Planned:
    """One migration that waits."""

    name: str
    steps: list[Step]


@dataclass(slots=True)
class Plan:
    """What waits, and how many rows each table has that is there already."""

    migrations: list[Planned]
    rows: dict[str, int] = field(default_factory=dict)
    is_new: bool = False

    def seconds(self, step: Step) -> float:
        """How long one step takes, about."""
        rate = RATES.get(step.work)
        number = self.rows.get(step.table, 0)
        return number / rate[connection.vendor == POSTGRESQL] if rate else 0.0

    @property
    def total(self) -> float:
        """How long all of it takes, about."""
        steps = [step for it in self.migrations for step in it.steps]
        return sum(map(self.seconds, steps)) + SECONDS_EACH * len(self.migrations)

    @property
    def obstacles(self) -> list[tuple[str, Step]]:
        """Why processes of an older version cannot go on beside it: about tables that they know."""
        return [
            (it.name, step)
            for it in self.migrations
            for step in it.steps
            if step.obstacle and step.table in self.rows
        ]


def plan_now() -> Plan:
    """What would bring the database to this version."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    waiting = executor.migration_plan(loader.graph.leaf_nodes())
    applied = [*(loader.applied_migrations or {})]
    state = loader.project_state([key for key in applied if key in loader.graph.nodes])
    planned = []
    for migration, _ in waiting:
        steps = list[Step]()
        for operation in migration.operations:
            steps += steps_of(operation, migration.app_label, state)
            operation.state_forwards(migration.app_label, state)
        planned.append(Planned(f"{migration.app_label}.{migration.name}", steps))
    tables = {step.table for it in planned for step in it.steps}
    return Plan(planned, _counted(tables), is_new=not applied)


def _counted(tables: set[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        there = {*connection.introspection.table_names(cursor)}
    return {table: _rows(table) for table in sorted(tables & there)}


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        if connection.vendor == POSTGRESQL:
            cursor.execute(ESTIMATE, [table])
            estimate = int(cursor.fetchone()[0] or 0)
            if estimate > COUNTED:
                return estimate
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table of ours
        return int(cursor.fetchone()[0])
