"""Is this process alive, and can it answer: what load balancers and orchestrators ask."""

import threading
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from console import keyring
from console.errors import RETRY_AFTER_SECONDS
from console.serving.endpoints import FrontRequest, FrontResponse, json_response, methods

logger = structlog.get_logger("roster.health")


class Unready(Exception):
    """A check did not pass; says why."""


@methods("GET", anonymous=True, immediate=True)
def live(request: FrontRequest) -> FrontResponse:
    """The process answers. Asks nothing of anybody."""
    return json_response(200, {"status": "ok"})


@methods("GET", anonymous=True)
def ready(request: FrontRequest) -> FrontResponse:
    """The process can do its work; else 503 with the names of the checks that failed."""
    failed = [name for name, check in CHECKS.items() if not _passes(name, check)]
    if failed:
        retry = (("Retry-After", str(RETRY_AFTER_SECONDS)),)
        return json_response(503, {"status": "unavailable", "failed": failed}, retry)
    return json_response(200, {"status": "ok"})


def _passes(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception as fault:  # noqa: BLE001 - whatever it was, the check did not pass
        logger.warning("not ready", check=name, reason=type(fault).__name__)
        return False
    return True


def _database() -> None:
    """One round trip, on a new connection if this thread's broke."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()


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


migrations = _Migrations()
CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": migrations,
    "keyring": _keyring,
}
