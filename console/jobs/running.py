"""Periodic jobs: each runs under a lock in the database, so that two schedulers do nothing twice.

Moments are the database's, and one that lies ahead where none can counts as long ago: a machine whose
clock is wrong keeps no job from running.
"""

import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.module_loading import import_string

from console import measures
from console.databases import clock
from console.databases.faults import explained
from console.models import JobLock, Maintenance

# A scheduler that died is replaced after this; one that works for longer renews it.
LEASE = timedelta(minutes=10)
RENEWED_AFTER = timedelta(minutes=1)
# A job that failed is tried again after this, if it is not due earlier.
RETRY = timedelta(minutes=5)
# When a job that never ran was free.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# This process, in the locks that it holds.
HOLDER = uuid.uuid4()
HOLDER_NAME = f"{socket.gethostname()[:200]}, process {os.getpid()}"
# Set when this process is to end: a long job looks at it between two of its steps.
stopping = threading.Event()

logger = structlog.get_logger("roster.jobs")


@dataclass(frozen=True, slots=True)
class Job:
    """A function without arguments and how often it runs."""

    name: str
    run: Callable[[], object]
    every: timedelta
    # In the audit log it goes by its name.
    uuid: None = None

    def __str__(self) -> str:
        return self.name


class Outcome(StrEnum):
    """What came of trying to run a job."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Lease:
    """The right to run a job, for now: the lock says the same holder and the same end."""

    job: Job
    until: datetime


class LeaseLost(Exception):
    """This run was held up for so long that another scheduler has taken the job over."""


class Interrupted(Exception):
    """The process is to end; what is left of the job is for the next run."""


_running: ContextVar[Lease | None] = ContextVar("running_job", default=None)


def all_jobs() -> list[Job]:
    """The jobs of `settings.JOBS`, named by dotted path."""
    return [
        Job(name, import_string(path), timedelta(seconds=seconds))
        for name, (path, seconds) in settings.JOBS.items()
    ]


def run_if_due(job: Job) -> Outcome:
    """Run `job` unless it ran within its interval or runs elsewhere."""
    return _run(job, is_due)


def run_now(job: Job) -> Outcome:
    """Run `job` unless it runs elsewhere."""
    return _run(job, lambda *_: True)


def held_by(job: Job) -> str:
    """Who runs `job` and until when nobody else does; empty when nobody does any longer."""
    lock = JobLock.objects.get(name=job.name)
    holder = runs_at(lock, clock.now())
    return f"{holder} until {lock.until:%Y-%m-%d %H:%M:%S} UTC" if holder else ""


def runs_at(lock: JobLock, now: datetime) -> str:
    """Which scheduler runs the job of this lock; empty when none does any longer."""
    is_held = lock.holder is not None and not _is_free(lock, now)
    return lock.holder_name or str(lock.holder) if is_held else ""


# Whether a job is to run at a moment, given its lock.
When = Callable[[Job, JobLock, datetime], bool]


def is_due(job: Job, lock: JobLock, now: datetime) -> bool:
    """Whether it was asked for, or its interval is over, or that of its next try."""
    if lock.is_asked_for:
        return True
    rests = lock.ran_at is not None and now - job.every < lock.ran_at <= now
    retry = min(RETRY, job.every)
    waits = bool(lock.failures) and lock.tried_at is not None and now - retry < lock.tried_at <= now
    return not rests and not waits


def next_run(job: Job, lock: JobLock) -> datetime:
    """When a job that is not due will be."""
    after = lock.ran_at + job.every if lock.ran_at else NEVER
    retry = lock.tried_at + min(RETRY, job.every) if lock.failures and lock.tried_at else NEVER
    return max(after, retry)


def _is_free(lock: JobLock, now: datetime) -> bool:
    """No lease ends later than its length from now: one that does was taken by a wrong clock."""
    return not now < lock.until <= now + LEASE


def _run(job: Job, when: When) -> Outcome:
    lease = _take(job, when)
    if lease is None:
        return Outcome.SKIPPED
    with _known_as_running(lease):
        return _try(lease)


@contextmanager
def _known_as_running(lease: Lease) -> Iterator[None]:
    """Every line that is logged meanwhile says which job it is of, and which run."""
    token = _running.set(lease)
    try:
        with structlog.contextvars.bound_contextvars(job=lease.job.name, run=uuid.uuid4().hex):
            yield
    finally:
        _running.reset(token)


def _try(lease: Lease) -> Outcome:
    job = lease.job
    try:
        with measures.JOB_SECONDS.labels(job.name).time():
            job.run()
    except Interrupted:
        _give_back(lease)
        return Outcome.SKIPPED
    except Exception as error:  # noqa: BLE001 - whatever it was, it is logged, and the lock says so
        logger.error("job failed", **explained(error))  # noqa: TRY400 - no traceback for want of a database
        failure, moment = type(error).__name__[:100], clock.now()
        _give_back(lease, tried_at=moment, failure=failure, failures=F("failures") + 1)
        return _counted(job, Outcome.FAILED)
    moment = clock.now()
    _give_back(lease, tried_at=moment, ran_at=moment, failure="", failures=0)
    return _counted(job, Outcome.DONE)


def _counted(job: Job, outcome: Outcome) -> Outcome:
    measures.JOB_RUNS.labels(job.name, outcome).inc()
    return outcome


def ask_for(job: Job) -> None:
    """Let whichever scheduler looks next run `job`, due or not. One that runs it now does so once more."""
    JobLock.objects.filter(pk=_lock_of(job).pk).update(asked_at=clock.now())


def heartbeat() -> None:
    """Between two batches of a job: keep its lock. Raises `LeaseLost` when it is somebody else's by
    now, so that nothing is done twice, and `Interrupted` when the process is to end or no changes are
    taken any more. Outside of a job it does nothing.
    """
    lease = _running.get()
    if lease is None:
        return
    if stopping.is_set() or Maintenance.objects.under_way():
        raise Interrupted
    now = clock.now()
    if lease.until - now > LEASE - RENEWED_AFTER:
        return
    if not _mine(lease).update(until=now + LEASE):
        raise LeaseLost(lease.job.name)
    lease.until = now + LEASE


def release() -> None:
    """Give back what this process holds, so that the next one need not wait for the lease to end."""
    JobLock.objects.filter(holder=HOLDER).update(holder=None, until=clock.now())


def _mine(lease: Lease) -> QuerySet[JobLock]:
    return JobLock.objects.filter(name=lease.job.name, holder=HOLDER, until=lease.until)


def _take(job: Job, when: When) -> Lease | None:
    # The clock is asked last: no lease that others took before can seem to lie ahead of it.
    lock = _lock_of(job)
    now = clock.now()
    if not _is_free(lock, now) or not when(job, lock, now) or Maintenance.objects.under_way():
        return None
    lease = Lease(job, now + LEASE)
    seen = JobLock.objects.filter(pk=lock.pk, holder=lock.holder, until=lock.until)
    taken = seen.update(holder=HOLDER, holder_name=HOLDER_NAME, until=lease.until)
    return lease if taken else None


def _lock_of(job: Job) -> JobLock:
    lock, _ = JobLock.objects.get_or_create(name=job.name, defaults={"until": NEVER})
    return lock


def _give_back(lease: Lease, **came: Any) -> None:
    _mine(lease).update(holder=None, until=clock.now(), **came)
