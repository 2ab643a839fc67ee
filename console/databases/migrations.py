"""What migrations are made of so that servers of the version before live with them."""

from typing import Any, TypeVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from console.databases.statements import POSTGRESQL

Allowed = TypeVar("Allowed", bound=Operation)


def allowed(because: str, operation: Allowed) -> Allowed:
    """An operation that the rules refuse, and why older servers live with this one all the same."""
    operation.allowed_because = because  # type: ignore[attr-defined] # read by tests/migration_rules.py and `migrate`
    return operation


class AddIndexOnline(migrations.AddIndex):
    """Builds an index while others write: `CONCURRENTLY` on PostgreSQL, where the migration has to say
    `atomic = False`. It may be run again after it broke off.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        # What broke off leaves an index behind that holds nothing and is in the way.
        quoted = schema_editor.quote_name(self.index.name)
        if _online(schema_editor):
            # Nobody waits behind it, so it may wait for whoever takes long: console/migrating/waiting.py.
            schema_editor.execute("SET lock_timeout = 0")
        schema_editor.execute(f"DROP INDEX {_online(schema_editor)} IF EXISTS {quoted}")
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, **_concurrently(schema_editor))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        schema_editor.remove_index(model, self.index, **_concurrently(schema_editor))

    def describe(self) -> str:
        return f"{super().describe()}, while others write"


def _online(schema_editor: BaseDatabaseSchemaEditor) -> str:
    return "CONCURRENTLY" if schema_editor.connection.vendor == POSTGRESQL else ""


def _concurrently(schema_editor: BaseDatabaseSchemaEditor) -> dict[str, Any]:
    """Only PostgreSQL's schema editor takes it; SQLite has one writer anyway."""
    return {"concurrently": True} if _online(schema_editor) else {}
