"""`run_jobs`: the periodic jobs of one machine, beside the server."""

import argparse
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from console.jobs import Job, all_jobs, release, run_if_due, stopping

LOOK_SECONDS = 5
# How long a job may go on when the command is to end.
STOP_SECONDS = 3

logger = structlog.get_logger("roster.jobs")


class Command(BaseCommand):
    """Looks every few seconds which job is due; `--once` looks once, for cron."""

    help = "Run the periodic jobs that are due, until stopped."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due and end")
        parser.add_argument(
            "--while-input", action="store_true", help="end as well when standard input ends"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["once"]:
                _look(all_jobs())
            else:
                _keep_looking(while_input=options["while_input"])
        finally:
            with suppress(Error):  # without a database there is nothing to give back
                release()


def _look(jobs: list[Job]) -> None:
    for job in jobs:
        run_if_due(job)


def _keep_looking(*, while_input: bool) -> None:
    """Until stopped. Jobs run in a thread of their own, which a mail server that hangs may hold."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if while_input:
        threading.Thread(target=_when_input_ends, daemon=True).start()
    worker = threading.Thread(target=_work, args=(all_jobs(),), daemon=True)
    worker.start()
    stopping.wait()
    worker.join(STOP_SECONDS)


def _work(jobs: list[Job]) -> None:
    try:
        while not stopping.is_set():
            close_old_connections()
            _look_if_possible(jobs)
            stopping.wait(LOOK_SECONDS)
    finally:
        stopping.set()


def _look_if_possible(jobs: list[Job]) -> None:
    """A database that is busy or away is asked again at the next look."""
    try:
        _look(jobs)
    except Error as error:
        logger.warning("jobs wait for the database", error=f"{type(error).__name__}: {error}")


def _when_input_ends() -> None:
    """Whoever started this process holds the other end; it ends with them."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    stopping.set()
