"""`manage.py migrate`: Django's own, which on PostgreSQL lets nobody wait behind it for long."""

import time
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import LockNotAvailable

from console.databases.statements import POSTGRESQL

# Whoever changes a table waits for those who read it, and all who come later wait for both. So it steps
# back after this long, and everybody goes on; an export or a backup may take minutes.
LOCK_SECONDS = 1
PAUSE_SECONDS = 2
TRIES = 300


class Command(migrate.Command):
    """Each migration is a transaction: what did not get its locks is simply tried again."""

    def handle(self, *args: Any, **options: Any) -> None:
        database = connections[options["database"]]
        tries = TRIES if database.vendor == POSTGRESQL else 1
        for tried in range(1, tries + 1):
            _limit_waiting(database)
            try:
                super().handle(*args, **options)
                break
            except OperationalError as fault:
                if not isinstance(fault.__cause__, LockNotAvailable) or tried == tries:
                    raise
            self.stderr.write("A table is in use by somebody who takes long; trying again.")
            time.sleep(PAUSE_SECONDS)


def _limit_waiting(database: BaseDatabaseWrapper) -> None:
    if database.vendor != POSTGRESQL:
        return
    with database.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
