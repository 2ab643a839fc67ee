"""What tests begin with that commit what they do: made once, then copied as SQLite's backup does it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone


@dataclass(frozen=True)
class DatabaseCopy:
    """The whole database as it was when `content` had been made."""

    day: date
    content: Any
    database: sqlite3.Connection


class DatabaseCopies:
    """By name. They build on each other, so that all are of one day or none is kept."""

    def __init__(self) -> None:
        self.copies: dict[str, DatabaseCopy] = {}

    def begin_with(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` has made, today and in this database; the caller copies what it changes."""
        if connection.vendor != "sqlite":
            return make()
        today = timezone.now().date()
        if any(copy.day != today for copy in self.copies.values()):
            self.close()
        connection.ensure_connection()
        if name in self.copies:
            self.copies[name].database.backup(connection.connection)
        else:
            content, database = make(), sqlite3.connect(":memory:")
            connection.connection.backup(database)
            self.copies[name] = DatabaseCopy(today, content, database)
        return self.copies[name].content

    def close(self) -> None:
        """Keep none."""
        while self.copies:
            self.copies.popitem()[1].database.close()
