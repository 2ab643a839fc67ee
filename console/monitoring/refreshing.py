"""Keeping the gauges fresh: one thread of one worker writes them to a file that every scrape reads.

So a scrape asks nothing of the database, and is answered as fast while that hangs.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from console.databases.connections import limit_waiting
from console.databases.faults import explained
from console.failures import Failures
from console.measures import SHARED_FOLDER, STATE_FILE
from console.monitoring import gauges
from console.monitoring.database import database

REFRESH_SECONDS = 15.0
PATIENCE = 5.0
# Who holds its lock refreshes: the system lets go of it when that process ends.
LEADER_FILE = "state.lock"
# What asks nobody, or has an answer without the database.
ALWAYS = (gauges.build, gauges.redis)
OF_DATABASE = (
    database,
    gauges.installation,
    gauges.jobs,
    gauges.mail,
    gauges.webhooks,
    gauges.audit_log,
    gauges.forwarding,
)

failures = Failures(structlog.get_logger("roster.monitoring"))

Source = Callable[[], Iterable[Metric]]


class _Snapshot(Collector):
    """Metrics that were gathered before."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self.metrics


def snapshot() -> bytes:
    """Every gauge as it is now, in Prometheus' text format. Without the database, those that need none."""
    metrics = list(_gathered(ALWAYS))
    try:
        # All or none of them.
        metrics += list(_gathered([*OF_DATABASE, *map(import_string, settings.GAUGES)]))
        is_up = True
    except Exception as fault:  # noqa: BLE001 - whatever it was, a monitor sees that it failed
        failures.log("gauges not refreshed", **explained(fault))
        is_up = False
    now = timezone.now().timestamp()
    metrics += [
        gauges.gauge("roster_database_up", "Whether the gauges could be read from it.", is_up),
        gauges.gauge("roster_state_timestamp_seconds", "When the gauges were refreshed.", now),
    ]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(metrics))
    return generate_latest(registry)


def _gathered(sources: Iterable[Source]) -> Iterator[Metric]:
    for source in sources:
        yield from source()


def start() -> None:
    """Refresh from now on, if somebody may read it; of the workers of one server one does."""
    folder = os.environ.get(SHARED_FOLDER)
    if folder and settings.ROSTER_METRICS_TOKEN:
        keep = threading.Thread(
            target=_keep_fresh, args=(Path(folder),), name="monitoring", daemon=True
        )
        keep.start()


def _keep_fresh(folder: Path) -> None:
    limit_waiting(PATIENCE)
    rest = threading.Event()
    with (folder / LEADER_FILE).open("w") as leader:
        while True:
            if _leads(leader.fileno()):
                close_old_connections()
                write(folder)
            rest.wait(REFRESH_SECONDS)


def _leads(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write(folder: Path) -> None:
    """The file, whole at any moment."""
    unfinished = folder / f"{STATE_FILE}.unfinished"
    try:
        unfinished.write_bytes(snapshot())
        unfinished.replace(folder / STATE_FILE)
    except OSError as fault:
        failures.log("gauges not written", **explained(fault))
