"""Poolers between Roster and PostgreSQL, such as PgBouncer."""

from django.db import DEFAULT_DB_ALIAS, connections

from console.databases.postgresql.base import DatabaseWrapper


def is_pooled() -> bool:
    """Whether this thread's connection is to a pooler, which it is asked for now if it has none yet."""
    database = connections[DEFAULT_DB_ALIAS]
    if not isinstance(database, DatabaseWrapper):
        return False
    database.ensure_connection()
    return database.is_pooled
