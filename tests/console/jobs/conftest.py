"""Time for jobs: the database's own, which a test can move on PostgreSQL as well."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

# What is found there hides the server's function of the same name, in this transaction.
MOVED = """
CREATE SCHEMA moved;
CREATE FUNCTION moved.clock_timestamp() RETURNS timestamptz
    LANGUAGE sql AS $$ SELECT current_setting('moved.now')::timestamptz $$;
SET LOCAL search_path = moved, pg_catalog, public;
"""


@dataclass
class Time:
    """The clock of this process and of the database, which stand until they are moved."""

    process: time_machine.Traveller

    def shift(self, duration: timedelta) -> None:
        """Move both."""
        self.process.shift(duration)
        self._tell()

    def shift_process(self, duration: timedelta) -> None:
        """Let this machine's clock be wrong from now on; SQLite has no other."""
        self.process.shift(duration)

    def _tell(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                now = timezone.now().isoformat()
                cursor.execute("SELECT set_config('moved.now', %s, true)", [now])


@pytest.fixture
def moved(db: None) -> Iterator[Time]:
    """The present moment, at which both clocks stand."""
    with time_machine.travel(timezone.now(), tick=False) as process:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(MOVED)
        found = Time(process)
        found.shift(timedelta())
        yield found
