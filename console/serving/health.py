"""Is this process alive, and can it answer: what load balancers and orchestrators ask."""

import math
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from console import keyring
from console.databases.faults import first_line
from console.databases.statements import POSTGRESQL
from console.errors import RETRY_AFTER_SECONDS
from console.failures import Failures
from console.measures import SHARED_FOLDER
from console.serving.endpoints import FrontRequest, FrontResponse, json_response, methods
from console.shared_cache import redis_answers

# In the folder that the processes of one server share: whoever stops them makes it.
STOPPING = "stopping"

# As much as a small change writes.
PROBE_BYTES, PROBED_EVERY_SECONDS = 64 * 1024, 5

failures = Failures(structlog.get_logger("roster.health"))
disk_failures = Failures(structlog.get_logger("roster.health"))


class Unready(Exception):
    """A check did not pass; says why."""


@methods("GET", anonymous=True, immediate=True)
def live(request: FrontRequest) -> FrontResponse:
    """The process answers. Asks nothing of anybody."""
    return json_response(200, {"status": "ok"})


@methods("GET", anonymous=True)
def ready(request: FrontRequest) -> FrontResponse:
    """The process can do its work; else 503 with the names of the checks that failed. `degraded` names what
    it does without.
    """
    faults = {name: _fault(check) for name, check in CHECKS.items()}
    failed = [name for name, fault in faults.items() if fault]
    if failed:
        failures.log("not ready", faults={name: faults[name] for name in failed})
        retry = (("Retry-After", str(RETRY_AFTER_SECONDS)),)
        return json_response(503, {"status": "unavailable", "failed": failed}, retry)
    missing = [name for name, works in COMFORTS.items() if not works()]
    return json_response(200, {"status": "ok"} | ({"degraded": missing} if missing else {}))


def _fault(check: Callable[[], None]) -> str:
    """Why a check does not pass; empty if it does."""
    try:
        check()
    except Exception as fault:  # noqa: BLE001 - whatever it was, the check did not pass
        return first_line(fault) or type(fault).__name__
    return ""


def _stopping() -> None:
    """A stop was asked for: nothing new is to be sent here, and what comes all the same is answered."""
    folder = os.environ.get(SHARED_FOLDER)
    if folder and (Path(folder) / STOPPING).exists():
        raise Unready("a stop was asked for")


def _database() -> None:
    """One round trip, on a new connection if this thread's broke."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()
    with connection.cursor() as cursor:
        if connection.vendor != POSTGRESQL:
            cursor.execute("SELECT 1")
            cursor.fetchall()
            return
        # Asked again: behind a pooler the server may have changed under the connection.
        cursor.execute("SELECT current_setting('transaction_read_only')")
        if cursor.fetchone() != ("off",):
            raise Unready("the database takes nothing: it is a standby, or read-only")


class _Migrations:
    """Whether every migration is applied. They are never taken back, so a yes stays a yes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.applied = False

    def __call__(self) -> None:
        with self.lock:
            if self.applied:
                return
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                raise Unready("migrations are waiting")
            self.applied = True


def _keyring() -> None:
    """The file is there, not only its content remembered: a restart would need it."""
    settings.ROSTER_KEYRING_FILE.read_bytes()
    keyring.current()


class _Disk:
    """Whether files can be written where the checkpoints lie, and the database if it is a file. Without them
    there are no changes, and verifiers answer as ever. Anybody may ask, so it is not tried each time.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tried_at, self.folders, self.takes = -math.inf, frozenset[Path](), True

    def __call__(self) -> bool:
        folders = _written_folders()
        with self.lock:
            now = time.monotonic()
            if folders != self.folders or now - self.tried_at >= PROBED_EVERY_SECONDS:
                self.tried_at, self.folders, self.takes = now, folders, _take(folders)
            return self.takes


def _written_folders() -> frozenset[Path]:
    checkpoints = settings.ROSTER_AUDIT_CHECKPOINTS.parent
    if connection.vendor == POSTGRESQL:
        return frozenset({checkpoints})
    return frozenset({checkpoints, Path(settings.DATABASES["default"]["NAME"]).parent})


def _take(folders: frozenset[Path]) -> bool:
    try:
        for folder in folders:
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(bytes(PROBE_BYTES))
    except OSError as fault:
        disk_failures.log("the disk takes nothing", reason=str(fault))
        return False
    return True


def _later(path: str) -> Callable[[], None]:
    """A check of a subject above, found when it is asked for."""

    def check() -> None:
        import_string(path)()

    return check


migrations = _Migrations()
CHECKS: dict[str, Callable[[], None]] = {
    "stopping": _stopping,
    "database": _database,
    "migrations": migrations,
    "keyring": _keyring,
    **{name: _later(path) for name, path in settings.READY_CHECKS.items()},
}
# What Roster does without for a while.
COMFORTS: dict[str, Callable[[], bool]] = {"redis": redis_answers, "disk": _Disk()}
