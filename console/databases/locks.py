"""How long a connection to SQLite waits for others' writing: as long as its thread has patience."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from console.databases.connections import SQLITE_SECONDS, patience

# SQLite lets whoever waits try again and again, in no order, so a few are unlucky for long. Somebody
# before a page is told sooner than a command or a job, which has nothing better to do than to wait.
COMMAND_SECONDS = 60.0


def _set_timeout(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.vendor == "sqlite":
        limit = patience()
        seconds = COMMAND_SECONDS if limit is None else min(limit, SQLITE_SECONDS)
        connection.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def install() -> None:
    """Set the time for each new connection to SQLite."""
    connection_created.connect(_set_timeout, dispatch_uid="busy_timeout")
