"""`run_jobs`: the periodic jobs of one machine, beside the server."""

import argparse
import os
import signal
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import Error, close_old_connections

from console import keyring
from console.jobs.running import (
    Job,
    Outcome,
    all_jobs,
    held_by,
    release,
    run_if_due,
    run_now,
    stopping,
)
from console.management.operators import OperatorCommand
from console.models import JobLock, Maintenance
from console.read_only import sentence

LOOK_SECONDS = 5
# How long a job may go on when the command is to end.
STOP_SECONDS = 3
# The exit code when a job that was named runs elsewhere, or not now: EX_TEMPFAIL of sysexits.h.
HELD_ELSEWHERE = 75
HEADINGS = ("NAME", "EVERY", "LAST RUN", "RESULT")

logger = structlog.get_logger("roster.jobs")


class Command(OperatorCommand):
    """Looks every few seconds which job is due; `--once` looks once, for cron; a name runs that job."""

    help = "Run the periodic jobs that are due, until stopped."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("job", nargs="?", help="run this job now, due or not, and end")
        parser.add_argument("--once", action="store_true", help="run what is due and end")
        parser.add_argument(
            "--list", action="store_true", help="say what there is and what came of it"
        )
        parser.add_argument(
            "--while-input", action="store_true", help="end as well when standard input ends"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        jobs = all_jobs()
        if options["list"]:
            self.stdout.write("\n".join(_table(jobs)))
            return
        with suppress(Error):  # a database that is away is waited for
            keyring.current()
        try:
            if options["job"]:
                self._run(_named(options["job"], jobs))
            elif options["once"]:
                _end_with(_look(jobs))
            else:
                _keep_looking(jobs, while_input=options["while_input"])
        finally:
            with suppress(Error):  # without a database there is nothing to give back
                release()

    def _run(self, job: Job) -> None:
        outcome = run_now(job)
        if outcome is Outcome.SKIPPED:
            if maintenance := Maintenance.objects.under_way():
                self.stderr.write(f"{job.name} SKIPPED: {sentence(maintenance)}")
                sys.exit(HELD_ELSEWHERE)
            holder = held_by(job) or "another scheduler until just now; try again"
            self.stderr.write(f"{job.name} SKIPPED: it is run by {holder}")
            sys.exit(HELD_ELSEWHERE)
        _end_with([outcome])


def _look(jobs: list[Job]) -> list[Outcome]:
    keyring.current()  # jobs that fail for want of it would raise false alarms
    return [run_if_due(job) for job in jobs if not stopping.is_set()]


def _keep_looking(jobs: list[Job], *, while_input: bool) -> None:
    """Until stopped. Jobs run in a thread of their own, which a mail server that hangs may hold."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if while_input:
        threading.Thread(target=_when_input_ends, daemon=True).start()
    worker = threading.Thread(target=_work, args=(jobs,), daemon=True)
    worker.start()
    stopping.wait()
    worker.join(STOP_SECONDS)
    with suppress(Error):
        for name in settings.JOBS_AT_STOP:
            run_now(_named(name, jobs))


def _work(jobs: list[Job]) -> None:
    try:
        while not stopping.is_set():
            close_old_connections()
            _look_if_possible(jobs)
            stopping.wait(LOOK_SECONDS)
    finally:
        stopping.set()


def _look_if_possible(jobs: list[Job]) -> None:
    """A database that is busy or away is asked again at the next look; so is for the keyring."""
    try:
        _look(jobs)
    except Error as error:
        logger.warning("jobs wait for the database", error=f"{type(error).__name__}: {error}")
    except ImproperlyConfigured as fault:
        logger.warning("jobs wait for the keyring", reason=str(fault))


def _named(name: str, jobs: list[Job]) -> Job:
    for job in jobs:
        if job.name == name:
            return job
    raise CommandError(f"there is no job {name}; there are {', '.join(job.name for job in jobs)}")


def _end_with(outcomes: list[Outcome]) -> None:
    """Exit code 1 when a job failed: whoever scheduled it hears of it."""
    if Outcome.FAILED in outcomes:
        sys.exit(1)


def _table(jobs: list[Job]) -> list[str]:
    locks = {lock.name: lock for lock in JobLock.objects.all()}
    rows = [HEADINGS, *(_row(job, locks.get(job.name)) for job in jobs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return [
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _row(job: Job, lock: JobLock | None) -> tuple[str, str, str, str]:
    if lock is None or lock.tried_at is None:
        return job.name, _interval(job.every), "never", "-"
    result = f"failed {lock.failures}x: {lock.failure}" if lock.failures else "done"
    return job.name, _interval(job.every), f"{lock.tried_at:%Y-%m-%d %H:%M:%S}", result


def _interval(every: timedelta) -> str:
    seconds = int(every.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _when_input_ends() -> None:
    """Whoever started this process holds the other end; it ends with them."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    stopping.set()
