"""How long a migration waits for its locks: not so long that everybody queues behind it."""

import time
from collections.abc import Callable

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import LockNotAvailable

from console.databases.statements import POSTGRESQL

# Whoever changes a table waits for those who read it, and all who come later wait for both. So it steps
# back after this long, and everybody goes on; an export or a backup may take minutes.
LOCK_SECONDS = 1
PAUSE_SECONDS = 2
TRIES = 300


def stepping_back(
    database: BaseDatabaseWrapper, run: Callable[[], object], say: Callable[[str], object]
) -> None:
    """Run it until it gets its locks. Each migration is a transaction, so what did not is tried again."""
    tries = TRIES if database.vendor == POSTGRESQL else 1
    for tried in range(1, tries + 1):
        _limit_waiting(database)
        try:
            run()
            return
        except OperationalError as fault:
            if not isinstance(fault.__cause__, LockNotAvailable) or tried == tries:
                raise
        say("A table is in use by somebody who takes long; trying again.")
        time.sleep(PAUSE_SECONDS)


def _limit_waiting(database: BaseDatabaseWrapper) -> None:
    if database.vendor != POSTGRESQL:
        return
    with database.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
