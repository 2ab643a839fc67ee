"""Migrations that servers of the version before cannot live with are refused, with what to do instead."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import F
from django.db.models.functions import Now, Random

from console.databases.migrations import AddIndexOnline, allowed
from tests.migration_rules import BEFORE_THE_RULES, all_faults, faults_of

ROOT = Path(__file__).resolve().parents[3]
INDEX = models.Index(fields=["name"], name="thing_by_name")
UNIQUE = models.UniqueConstraint(fields=["name"], name="thing_named_once")
CHECK = models.CheckConstraint(condition=models.Q(size__gte=0), name="thing_size")


def nothing(apps: Any, schema_editor: Any) -> None:
    """Stands for a change of rows."""


def add(**facts: Any) -> migrations.AddField:
    return migrations.AddField("thing", "colour", models.CharField(max_length=10, **facts))


def alter(**facts: Any) -> migrations.AlterField:
    return migrations.AlterField("thing", "name", models.CharField(**{"max_length": 20} | facts))


def things() -> ProjectState:
    """An app with one table that is there already."""
    state = ProjectState()
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("size", models.IntegerField()),
    ]
    state.add_model(ModelState("planted", "Stuff", [("id", models.BigAutoField(primary_key=True))]))
    state.add_model(
        ModelState("planted", "Thing", fields, {"indexes": [INDEX], "constraints": [CHECK]})
    )
    return state


def faults(*operations: Any, atomic: bool = True) -> list[str]:
    facts = {"operations": list(operations), "atomic": atomic}
    planted = type("Migration", (migrations.Migration,), facts)
    return list(faults_of(planted("0099_planted", "planted"), things()))


REFUSED = {
    "not null": (add(default=""), "give it a db_default"),
    "a default for each row": (add(db_default=Random()), "write each row anew"),
    "a default of other columns": (add(db_default=F("name")), "write each row anew"),
    "unique column": (add(null=True, unique=True), "old servers do not keep to it"),
    "column with an index": (add(db_default="", db_index=True), "AddIndexOnline"),
    "longer text": (alter(max_length=40), "add a column beside it"),
    "null": (alter(null=True), "add a column beside it"),
    "column": (migrations.RemoveField("thing", "size"), "drop it in the next"),
    "table": (migrations.DeleteModel("thing"), "drop it in the next"),
    "name of a column": (migrations.RenameField("thing", "size", "weight"), "know the old name"),
    "name of a model": (migrations.RenameModel("thing", "object"), "know the old name"),
    "name of a table": (migrations.AlterModelTable("thing", "objects"), "know the old name"),
    "index": (migrations.AddIndex("thing", INDEX), "AddIndexOnline"),
    "unique": (migrations.AddConstraint("thing", UNIQUE), "let one version go by"),
    "check": (migrations.AddConstraint("thing", CHECK), "let one version go by"),
    "unique together": (
        migrations.AlterUniqueTogether("thing", {("name", "size")}),
        "let one version",
    ),
    "no constraint": (migrations.RemoveConstraint("thing", "thing_size"), "ON CONFLICT"),
    "rows": (migrations.RunPython(nothing, nothing), "a batch at a time"),
    "rows by SQL": (migrations.RunSQL("UPDATE thing SET size = 1", ""), "a batch at a time"),
    "rows for good": (migrations.RunPython(nothing), "give it a reverse"),
    "SQL for good": (migrations.RunSQL("UPDATE thing SET size = 1"), "give it a reverse"),
    "an order": (migrations.AlterOrderWithRespectTo("thing", None), "no rule knows this operation"),
}
LIVED_WITH = {
    "null": add(null=True),
    "default": add(db_default="red", default="red"),
    "moment": migrations.AddField("thing", "at", models.DateTimeField(db_default=Now())),
    "other words": alter(verbose_name="called", help_text="As people call it.", blank=True),
    "no index": migrations.RemoveIndex("thing", "thing_by_name"),
    "table": migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    "order of lists": migrations.AlterModelOptions("thing", {"ordering": ["name"]}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_old_servers_cannot_live_with_is_refused(name: str) -> None:
    operation, advice = REFUSED[name]
    (fault,) = faults(operation)
    assert fault.startswith("planted.0099_planted: ")
    assert operation.describe() in fault
    assert advice in fault


@pytest.mark.parametrize("name", LIVED_WITH)
def test_what_they_can_live_with_is_not(name: str) -> None:
    assert faults(LIVED_WITH[name]) == []


def test_a_table_that_nobody_knows_yet_may_get_anything() -> None:
    made = migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
    column = migrations.AddField("new", "name", models.CharField(max_length=10, unique=True))
    constraint = models.UniqueConstraint(fields=["name"], name="new_once")
    assert faults(made, column, migrations.AddConstraint("new", constraint)) == []


def test_several_tables_are_not_locked_at_once() -> None:
    other = migrations.AddField("stuff", "colour", models.CharField(max_length=10, null=True))
    (fault,) = faults(add(null=True), other)
    assert "One table in each migration" in fault


def test_a_reason_allows_it_and_a_word_is_none() -> None:
    removed = migrations.RemoveField("thing", "size")
    assert faults(allowed("Unused.", removed))
    assert faults(allowed("Nothing has read it since 0.2.0.", removed)) == []


def test_only_what_is_done_to_the_database_counts() -> None:
    removed = migrations.RemoveField("thing", "size")
    apart = migrations.SeparateDatabaseAndState
    assert faults(apart(state_operations=[removed])) == []
    assert len(faults(apart(database_operations=[removed]))) == 1


def test_what_runs_without_a_transaction_runs_alone() -> None:
    online, rows = AddIndexOnline("thing", INDEX), migrations.RunPython(nothing, nothing)
    other = AddIndexOnline("thing", models.Index(fields=["size"], name="thing_by_size"))
    assert faults(rows, atomic=False) == []
    assert faults(online, other, atomic=False) == []
    (fault,) = faults(online, rows, atomic=False)
    assert "cannot be run again" in fault
    (fault,) = faults(online)
    assert "atomic = False" in fault


def test_our_own_migrations_keep_to_it() -> None:
    assert all_faults() == []


def test_without_their_reasons_they_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the walk comes to them: those from before there were rules are refused once they count."""
    monkeypatch.setitem(BEFORE_THE_RULES, "console", 6)
    assert any("console.0007_sessions" in fault for fault in all_faults())


def test_lint_runs_it() -> None:
    recipe = subprocess.run(
        ["make", "--dry-run", "--always-make", "lint"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    assert "-m tests.migration_rules" in recipe
    command = [sys.executable, "-m", "tests.migration_rules"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "console.settings"}
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
