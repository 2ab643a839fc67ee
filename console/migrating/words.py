"""A plan as an operator reads it."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from console import moments
from console.databases.statements import POSTGRESQL
from console.health.findings import several
from console.migrating.plan import Plan, Planned
from console.migrating.steps import MAKES, Step, Work

WAITING = {
    True: "While a migration works on a table, PostgreSQL lets others wait for it, who read as well.",
    False: "While a migration works, SQLite lets changes wait; who only reads goes on.",
}
NOTHING = "Nothing waits: the tables are those of this version."


def lines(plan: Plan) -> Iterator[str]:
    """The whole of it."""
    number = several(len(plan.migrations), "migration", "migrations")
    if not plan.migrations:
        yield NOTHING
        return
    if plan.is_new:
        yield f"The database is empty; {number} will make its tables."
        return
    yield f"{number} will change the database:"
    for planned in plan.migrations:
        yield from _migration(plan, planned)
    yield f"All of it takes {_length(plan.total)}. {ESTIMATED}"
    yield WAITING[connection.vendor == POSTGRESQL]
    yield from _beside(plan)


ESTIMATED = (
    "That is an estimate from numbers of rows: a slow or busy disk takes several times as long."
)


def _migration(plan: Plan, planned: Planned) -> Iterator[str]:
    yield f"  {planned.name}"
    shown = [step for step in planned.steps if _is_of_interest(plan, step)]
    if not shown:
        yield "    changes nothing that is there"
    for step in shown:
        yield f"    {step.table or 'the database'}: {step.words}{_cost(plan, step)}"


def _is_of_interest(plan: Plan, step: Step) -> bool:
    """What is done to a table that the same plan makes is part of making it."""
    return step.table in plan.rows or not step.table or step.words == MAKES


def _cost(plan: Plan, step: Step) -> str:
    number = plan.rows.get(step.table)
    if number is None:
        return " (how long, nobody can tell)" if step.work is Work.CODE and not step.table else ""
    rows = several(number, "row", "rows")
    if step.work is Work.NONE:
        return f" ({rows}; at once)"
    return f" ({rows}; {step.work}, {_length(plan.seconds(step))})"


def _length(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    if seconds < 60:
        return f"about {several(round(seconds), 'second', 'seconds')}"
    return f"about {moments.distance(timedelta(seconds=seconds))}"


def _beside(plan: Plan) -> Iterator[str]:
    if not plan.obstacles:
        yield "Servers of the version before may go on beside it."
        return
    yield "Stop servers of older versions first:"
    for name, step in plan.obstacles:
        yield f"  {name}: {step.table}: {step.words}: {step.obstacle}"
