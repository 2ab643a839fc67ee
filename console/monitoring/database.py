"""Gauges of the database itself: whether it answers, what it holds, who waits in it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from prometheus_client.core import Metric

from console.databases.connections import sqlite_files
from console.databases.statements import POSTGRESQL
from console.monitoring.gauges import gauge, gauges

# Everything but what is read here is counted as `other`, so that labels stay few.
STATES = ("active", "idle", "idle in transaction")
# What a role may not see of others is null, and left out.
ACTIVITY = """
SELECT COALESCE(state, 'other'), COUNT(*), COUNT(*) FILTER (WHERE wait_event_type = 'Lock'),
COALESCE(EXTRACT(EPOCH FROM MAX(clock_timestamp() - xact_start)), 0)
FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1
"""
STANDBYS = """
SELECT COUNT(*), EXTRACT(EPOCH FROM MAX(COALESCE(replay_lag, INTERVAL '0'))), COUNT(state)
FROM pg_stat_replication
"""


def database() -> Iterator[Metric]:
    """What a monitor asks of either kind."""
    return _postgresql() if connection.vendor == POSTGRESQL else _sqlite()


def _sqlite() -> Iterator[Metric]:
    beside = sqlite_files(settings.ROSTER_DATABASE_URL)
    (pages,), (size,) = _rows("PRAGMA page_count")[0], _rows("PRAGMA page_size")[0]
    yield _size(pages * size)
    log = sum(
        each.stat().st_size for each in beside if each.name.endswith("-wal") and each.exists()
    )
    yield gauge("roster_database_wal_bytes", "What the write-ahead log of SQLite holds.", log)


def _size(number: int) -> Metric:
    return gauge("roster_database_size_bytes", "What the database holds.", number)


def _postgresql() -> Iterator[Metric]:
    yield _size(_rows("SELECT pg_database_size(current_database())")[0][0])
    (most,) = _rows("SELECT current_setting('max_connections')")[0]
    yield gauge("roster_database_max_connections", "How many the server lets in at all.", int(most))
    yield from _activity(_rows(ACTIVITY))
    yield from _standbys(*_rows(STANDBYS)[0])


def _activity(rows: list[Any]) -> Iterator[Metric]:
    counts = dict.fromkeys((*STATES, "other"), 0)
    for state, number, _, _ in rows:
        counts[state if state in STATES else "other"] += number
    yield gauges(
        "roster_database_connections",
        "Connections to the database, whoever holds them, by what they do.",
        "state",
        ((state.replace(" ", "_"), number) for state, number in counts.items()),
    )
    yield gauge(
        "roster_database_lock_waits",
        "Connections that wait for a lock.",
        sum(waits for _, _, waits, _ in rows),
    )
    yield gauge(
        "roster_database_longest_transaction_seconds",
        "How long the longest transaction has been open.",
        max((float(age) for *_, age in rows), default=0.0),
    )


def _standbys(number: int, lag: float | None, seen: int) -> Iterator[Metric]:
    """Their lag is told where the role may see it (`pg_monitor`)."""
    yield gauge("roster_database_standbys", "Servers that follow the primary.", number)
    if seen and lag is not None:
        yield gauge(
            "roster_database_standby_lag_seconds",
            "How far the standby that is furthest behind is behind.",
            float(lag),
        )


def _rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
