"""Periodic jobs: each runs under a lock in the database, so that two schedulers do nothing twice."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from console.models import JobLock

# Longer than any run: a scheduler that died is replaced after this.
LEASE = timedelta(minutes=10)
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


def all_jobs() -> list[Job]:
    """The jobs of `settings.JOBS`, named by dotted path."""
    return [
        Job(name, import_string(path), timedelta(seconds=seconds))
        for name, (path, seconds) in settings.JOBS.items()
    ]


def run_if_due(job: Job) -> bool:
    """Run `job` unless it ran within its interval or runs elsewhere; say whether it ran here."""
    if not _take(job):
        return False
    try:
        job.run()
    except Exception:
        logger.exception("job failed", job=job.name)
    _give_back(job)
    return True


def release() -> None:
    """Give back what this process holds, so that the next one need not wait for the lease to end."""
    JobLock.objects.filter(holder=HOLDER).update(holder=None, until=timezone.now())


def _take(job: Job) -> bool:
    _make_row(job.name)
    now = timezone.now()
    due = Q(ran_at=None) | Q(ran_at__lte=now - job.every)
    free = JobLock.objects.filter(due, name=job.name, until__lte=now)
    return free.update(holder=HOLDER, until=now + LEASE) == 1


def _make_row(name: str) -> None:
    if JobLock.objects.filter(name=name).exists():
        return
    try:
        with transaction.atomic():
            JobLock.objects.create(name=name, until=timezone.now())
    except IntegrityError:
        pass  # another scheduler was first


def _give_back(job: Job) -> None:
    now = timezone.now()
    JobLock.objects.filter(name=job.name, holder=HOLDER).update(holder=None, until=now, ran_at=now)
