"""Periodic jobs: each runs under a lock in the database, so that two schedulers do nothing twice."""

import threading
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from console import measures
from console.models import JobLock

# A scheduler that died is replaced after this; one that works for longer renews it.
LEASE = timedelta(minutes=10)
RENEWED_AFTER = timedelta(minutes=1)
# A job that failed is tried again after this, if it is not due earlier.
RETRY = timedelta(minutes=5)
# This process, in the locks that it holds.
HOLDER = uuid.uuid4()
# Set when this process is to end: a long job looks at it between two of its steps.
stopping = threading.Event()

logger = structlog.get_logger("roster.jobs")


@dataclass(frozen=True, slots=True)
class Job:
    """A function without arguments and how often it runs."""

    name: str
    run: Callable[[], object]
    every: timedelta


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
    now = timezone.now()
    due = Q(ran_at=None) | Q(ran_at__lte=now - job.every)
    patient = Q(failures=0) | Q(tried_at__lte=now - min(RETRY, job.every))
    return _run(job, due & patient)


def run_now(job: Job) -> Outcome:
    """Run `job` unless it runs elsewhere."""
    return _run(job, Q())


def _run(job: Job, when: Q) -> Outcome:
    lease = _take(job, when)
    if lease is None:
        return Outcome.SKIPPED
    token, now = _running.set(lease), timezone.now
    try:
        job.run()
    except Interrupted:
        _give_back(lease)
        return Outcome.SKIPPED
    except Exception as error:
        logger.exception("job failed", job=job.name)
        failure = type(error).__name__[:100]
        _give_back(lease, tried_at=now(), failure=failure, failures=F("failures") + 1)
        return _counted(job, Outcome.FAILED)
    finally:
        _running.reset(token)
    _give_back(lease, tried_at=now(), ran_at=now(), failure="", failures=0)
    return _counted(job, Outcome.DONE)


def _counted(job: Job, outcome: Outcome) -> Outcome:
    measures.JOB_RUNS.labels(job.name, outcome).inc()
    return outcome


def heartbeat() -> None:
    """Between two batches of a job: keep its lock. Raises `LeaseLost` when it is somebody else's by
    now, so that nothing is done twice, and `Interrupted` when the process is to end. Outside of a
    job it does nothing.
    """
    lease, now = _running.get(), timezone.now()
    if lease is None:
        return
    if stopping.is_set():
        raise Interrupted
    if lease.until - now > LEASE - RENEWED_AFTER:
        return
    if not _mine(lease).update(until=now + LEASE):
        raise LeaseLost(lease.job.name)
    lease.until = now + LEASE


def release() -> None:
    """Give back what this process holds, so that the next one need not wait for the lease to end."""
    JobLock.objects.filter(holder=HOLDER).update(holder=None, until=timezone.now())


def _mine(lease: Lease) -> QuerySet[JobLock]:
    return JobLock.objects.filter(name=lease.job.name, holder=HOLDER, until=lease.until)


def _take(job: Job, when: Q) -> Lease | None:
    _make_row(job.name)
    now = timezone.now()
    free = JobLock.objects.filter(when, name=job.name, until__lte=now)
    taken = free.update(holder=HOLDER, until=now + LEASE) == 1
    return Lease(job, now + LEASE) if taken else None


def _make_row(name: str) -> None:
    if JobLock.objects.filter(name=name).exists():
        return
    try:
        with transaction.atomic():
            JobLock.objects.create(name=name, until=timezone.now())
    except IntegrityError:
        pass  # another scheduler was first


def _give_back(lease: Lease, **came: Any) -> None:
    _mine(lease).update(holder=None, until=timezone.now(), **came)
