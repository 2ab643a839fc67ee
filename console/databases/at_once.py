"""Reading without waiting, for the server's loop, which waits for nobody.

Only SQLite can: its readers wait for no writer and for no network. The connection is the loop's own, and
gives up at once where Django's would wait for a lock.
"""

import functools
import sqlite3
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# What it reads; other databases are asked through Django.
ENGINE = "django.db.backends.sqlite3"
# As Django does with its own: a file that was put in the place of another one is seen after that.
MAX_SECONDS = 600.0


class WouldWait(Exception):
    """The database cannot answer at once; a thread has to ask it."""


class Reader:
    """A connection that only reads, opened when it is first needed, to what Django's settings say."""

    def __init__(self, database: Mapping[str, Any]) -> None:
        self._settings = database
        self._connection: sqlite3.Connection | None = None
        self._address, self._until = "", 0.0

    @functools.cached_property
    def database(self) -> BaseDatabaseWrapper:
        """For the fields' own converters; it is never connected, and no task's or thread's."""
        return connections.create_connection(DEFAULT_DB_ALIAS)

    def rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Every row of a SELECT as SQLite's driver takes it. Raises `WouldWait`."""
        try:
            # All of them: an unfinished one would keep its old snapshot.
            return self._opened().execute(sql, parameters).fetchall()
        except sqlite3.Error as fault:
            self.close()
            raise WouldWait from fault

    def close(self) -> None:
        """The next question opens it anew."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _opened(self) -> sqlite3.Connection:
        address = self._address_now()
        is_over = address != self._address or time.monotonic() >= self._until
        if self._connection is None or is_over:
            self.close()
            self._connection = sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)
            self._address, self._until = address, time.monotonic() + MAX_SECONDS
        return self._connection

    def _address_now(self) -> str:
        if self._settings["ENGINE"] != ENGINE:
            raise WouldWait
        name = str(self._settings["NAME"])
        return name if name.startswith("file:") else f"file:{quote(name)}?mode=ro"


reader = Reader(settings.DATABASES[DEFAULT_DB_ALIAS])
