"""What `ENGINE = "console.databases.sqlite"` means: Django looks for `DatabaseWrapper` here."""

from typing import Any

from django.db.backends.sqlite3 import base

from console.databases.connections import patience

# SQLite lets whoever waits try again and again, in no order, so a few are unlucky for long. Somebody
# before a page is told sooner than a command or a job, which has nothing better to do than to wait.
SERVER_SECONDS, COMMAND_SECONDS = 5.0, 60.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections that wait for others' writing as long as their thread has patience."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - Django's own
        limit = patience()
        seconds = COMMAND_SECONDS if limit is None else min(limit, SERVER_SECONDS)
        return super().get_new_connection({**conn_params, "timeout": seconds})
