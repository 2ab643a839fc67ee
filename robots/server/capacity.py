"""How many connections to PostgreSQL the workers may take, and whether it lets so many in."""

from django.conf import settings
from django.db import connection

from console.databases.poolers import is_pooled
from console.databases.statements import POSTGRESQL
from console.serving.application import EXPORT_THREADS, PAGE_THREADS, VERIFIER_THREADS

# Each thread keeps one; so does what writes down every few seconds what a worker gathered.
A_WORKER = VERIFIER_THREADS + PAGE_THREADS + EXPORT_THREADS + 1
# `run_jobs`: its own, and the one of the thread that works.
JOBS = 2


def describe() -> str:
    """A sentence for whoever starts the server."""
    workers = settings.ROSTER_WORKERS
    noun = "worker" if workers == 1 else "workers"
    if connection.vendor != POSTGRESQL:
        return f"{workers} {noun} (ROSTER_WORKERS)."
    needed = workers * A_WORKER + JOBS
    if is_pooled():
        return (
            f"{workers} {noun} (ROSTER_WORKERS), at most {needed} connections to the pooler in front of"
            " PostgreSQL, which decides how many of the server's they share."
        )
    allowed = _allowed()
    said = f"{workers} {noun} (ROSTER_WORKERS), at most {needed} connections to PostgreSQL"
    if needed <= allowed:
        return f"{said}, which lets {allowed} in."
    return (
        f"{said}, which lets only {allowed} in: some requests will fail under load."
        " Lower ROSTER_WORKERS or raise max_connections."
    )


def _allowed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int")
        allowed: int = cursor.fetchone()[0]
        cursor.execute("SELECT current_setting('superuser_reserved_connections')::int")
        reserved: int = cursor.fetchone()[0]
    return allowed - reserved
