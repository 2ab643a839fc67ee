"""What keeps a database from being migrated: it is of a newer version, or takes no changes."""

from django.apps import apps
from django.core.management.base import CommandError
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader

from console.databases.faults import is_read_only
from console.databases.statements import POSTGRESQL

TAKES_NOTHING = "the database takes no changes: it is a standby, or read-only; name the primary"


def require_not_newer() -> None:
    """Raise `CommandError` where a newer version of Roster has migrated."""
    loader = MigrationLoader(connection)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    known = {*loader.disk_migrations, *replaced}
    newer = [name for name in loader.applied_migrations or {} if _is_ours(name[0])]
    unknown = sorted(f"{app}.{name}" for app, name in newer if (app, name) not in known)
    if unknown:
        raise CommandError(
            f"the database was made by a newer version of Roster ({', '.join(unknown)}); "
            "start that version, or restore an older backup"
        )


def _is_ours(app: str) -> bool:
    return app in {"console", "teams", "robots"} and apps.is_installed(app)


def require_changeable() -> None:
    """Raise `CommandError` on a standby, and where file or disk are read-only."""
    try:
        with transaction.atomic():
            if connection.vendor == POSTGRESQL and _says_read_only():
                raise CommandError(TAKES_NOTHING)
    except Error as fault:
        if not is_read_only(fault):
            raise
        raise CommandError(TAKES_NOTHING) from fault


def _says_read_only() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone() == ("on",))
