"""What `migrate` says of operations: the table, the work, and whether older servers can go on."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

from console.migrating.plan import Plan, Planned, plan_now
from console.migrating.steps import MAKES, Step, Work, steps_of
from console.migrating.words import lines
from tests.migration_rules import is_ruled

CHAR = models.CharField(max_length=10, default="")
RULE = models.CheckConstraint(condition=models.Q(size__gt=0), name="positive")
ONCE = models.UniqueConstraint(fields=("name",), name="once")
PART = models.UniqueConstraint(fields=("name",), condition=models.Q(size=1), name="once_of_one")
AT_ONCE, COPY, INDEX, READ = Work.NONE, Work.COPY, Work.INDEX, Work.READ
WITHOUT, MISSED, REFUSED = "write rows without it", "still ask for it", "write what it refuses"
Operation = migrations.operations.base.Operation


def fill(apps: Any, editor: Any) -> None:
    apps.get_model("robots", "Thing").objects.update(size=1)


# Operation -> the work on SQLite and on PostgreSQL, and why older servers cannot go on.
OPERATIONS: list[tuple[Operation, Work, Work, str]] = [
    (migrations.DeleteModel("Thing"), AT_ONCE, AT_ONCE, MISSED),
    (migrations.RenameModel("Thing", "Other"), AT_ONCE, AT_ONCE, MISSED),
    (migrations.AddField("Thing", "more", models.TextField(null=True)), AT_ONCE, AT_ONCE, ""),
    (migrations.AddField("Thing", "more", CHAR), COPY, AT_ONCE, WITHOUT),
    (migrations.AddField("Thing", "more", models.TextField(db_default="")), COPY, AT_ONCE, ""),
    (migrations.RemoveField("Thing", "size"), AT_ONCE, AT_ONCE, MISSED),
    (migrations.RemoveField("Thing", "code"), COPY, AT_ONCE, MISSED),
    (migrations.RenameField("Thing", "size", "length"), AT_ONCE, AT_ONCE, MISSED),
    (migrations.AlterField("Thing", "name", models.CharField(max_length=30)), COPY, READ, ""),
    (migrations.AlterField("Thing", "name", models.CharField(max_length=5)), COPY, READ, REFUSED),
    (migrations.AlterField("Thing", "size", models.TextField()), COPY, COPY, REFUSED),
    (migrations.AddIndex("Thing", models.Index(fields=["size"], name="i")), INDEX, INDEX, ""),
    (migrations.RemoveIndex("Thing", "i"), AT_ONCE, AT_ONCE, ""),
    (migrations.AddConstraint("Thing", RULE), COPY, READ, REFUSED),
    (migrations.AddConstraint("Thing", ONCE), COPY, INDEX, REFUSED),
    (migrations.AddConstraint("Thing", PART), INDEX, INDEX, REFUSED),
    (migrations.RemoveConstraint("Thing", "positive"), COPY, AT_ONCE, ""),
    (migrations.RunPython(fill), Work.CODE, Work.CODE, ""),
    (migrations.RunSQL('UPDATE "robots_thing" SET size = 1'), Work.CODE, Work.CODE, ""),
]


def things() -> ProjectState:
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=10)),
        ("size", models.IntegerField()),
        ("code", models.CharField(max_length=10, unique=True)),
    ]
    state = ProjectState()
    state.add_model(ModelState("robots", "Thing", fields))
    return state


def only_step(operation: Operation) -> Step:
    (step,) = steps_of(operation, "robots", things())
    return step


@pytest.mark.parametrize(("operation", "sqlite", "postgresql", "obstacle"), OPERATIONS)
def test_an_operation_is_told_with_its_work_and_what_stands_against_it(
    operation: Operation, sqlite: Work, postgresql: Work, obstacle: str
) -> None:
    step = only_step(operation)
    assert step.table == "robots_thing"
    assert step.work == {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]
    assert (obstacle in step.obstacle, bool(step.obstacle)) == (True, bool(obstacle))


def test_what_the_database_never_hears_of_is_no_step() -> None:
    label = models.CharField(max_length=10, verbose_name="title", help_text="Short.")
    for operation in (
        migrations.AlterField("Thing", "name", label),
        migrations.AlterModelOptions("Thing", {"ordering": ["name"]}),
        migrations.SeparateDatabaseAndState([], [migrations.DeleteModel("Thing")]),
    ):
        assert steps_of(operation, "robots", things()) == []


def said(*steps: Step, rows: int) -> str:
    plan = Plan([Planned("robots.0099_things", list(steps))], {"robots_thing": rows})
    return "\n".join(lines(plan))


def test_a_plan_says_rows_time_and_whether_older_servers_may_go_on() -> None:
    copied = Step("robots_thing", "adds the column more", Work.COPY)
    words = said(copied, rows=1_200_000)
    length = {"sqlite": "about 1 minute", "postgresql": "about 20 seconds"}[connection.vendor]
    assert (
        f"robots_thing: adds the column more (1,200,000 rows; copies every row, {length})" in words
    )
    assert f"All of it takes {length}. That is an estimate" in words
    assert "Servers of the version before may go on beside it." in words
    words = said(Step("robots_thing", "drops the column size", obstacle="gone"), rows=1)
    assert "(1 row; at once)" in words
    assert words.endswith(
        "Stop servers of older versions first:\n"
        "  robots.0099_things: robots_thing: drops the column size: gone"
    )
    assert said(Step("robots_new", "makes the rule x", Work.COPY), rows=1).count("robots_new") == 0


def migrate(*arguments: str) -> str:
    out = io.StringIO()
    call_command("migrate", *arguments, stdout=out)
    return out.getvalue()


def take_back_the_last() -> str:
    """Let the database not know the newest migration of robots, which no other app's needs; its name."""
    name: str
    ((app, name),) = MigrationLoader(None).graph.leaf_nodes("robots")
    MigrationRecorder(connection).record_unapplied(app, name)
    return name


@pytest.mark.django_db
def test_the_command_says_what_waits_or_that_nothing_does() -> None:
    assert migrate("--plan") == "Nothing waits: the tables are those of this version.\n"
    assert "No migrations to apply" in migrate("--no-input")
    name = take_back_the_last()
    assert f"1 migration will change the database:\n  robots.{name}" in migrate("--plan")
    assert migrate("--plan") == migrate("--plan")


@pytest.mark.django_db
def test_what_the_rules_for_migrations_let_pass_stops_no_server() -> None:
    recorder = MigrationRecorder(connection)
    for app, name in filter(lambda key: is_ruled(*key), MigrationLoader(None).disk_migrations):
        recorder.record_unapplied(app, name)
    plan = plan_now()
    # The tables are there; in an upgrade those that it makes are not.
    made = {step.table for it in plan.migrations for step in it.steps if step.words == MAKES}
    assert plan.migrations
    assert [found for found in plan.obstacles if found[1].table not in made] == []


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [["--plan"], ["--no-input"], ["--no-input", "-v0"]])
def test_a_newer_database_is_refused(arguments: list[str]) -> None:
    MigrationRecorder(connection).record_applied("teams", "9999_later")
    with pytest.raises(CommandError, match=r"newer version of Roster \(teams\.9999_later\)"):
        migrate(*arguments)


@pytest.mark.django_db
def test_options_of_django_do_what_they_do_there() -> None:
    name = take_back_the_last()
    with pytest.raises(SystemExit):
        migrate("--check")
    assert "FAKED" in migrate("--fake", "robots", name)
    assert "No migrations to apply" in migrate("robots", "--no-input")
