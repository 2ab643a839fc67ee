"""How a connection to SQLite begins: it waits for others' writing as long as its thread has patience."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from console.databases.connections import SQLITE_SECONDS, patience

# SQLite lets whoever waits try again and again, in no order, so a few are unlucky for long. Somebody
# before a page is told sooner than a command or a job, which has nothing better to do than to wait.
COMMAND_SECONDS = 60.0


def _begin(connection: BaseDatabaseWrapper, **_: object) -> None:
    """A file can give room back only if it was begun like that. Saying so again takes the lock for writing
    each time, so a file that is there already is not told.
    """
    if connection.vendor != "sqlite":
        return
    limit, ask = patience(), connection.connection.execute
    seconds = COMMAND_SECONDS if limit is None else min(limit, SQLITE_SECONDS)
    ask(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    if ask("PRAGMA page_count").fetchone() == (0,):
        ask("PRAGMA auto_vacuum = INCREMENTAL")
    ask("PRAGMA journal_mode = WAL")


def install() -> None:
    """Begin each connection to SQLite like that."""
    connection_created.connect(_begin, dispatch_uid="locks")
