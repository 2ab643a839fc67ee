"""`run_jobs`: the periodic jobs of one machine, beside the server."""

import argparse
import os
import signal
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from console.jobs import Job, all_jobs, run_if_due

LOOK_SECONDS = 5


class Command(BaseCommand):
    """Looks every few seconds which job is due; `--once` looks once, for cron."""

    help = "Run the periodic jobs that are due, until stopped."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due and end")
        parser.add_argument(
            "--while-input", action="store_true", help="end as well when standard input ends"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        jobs = all_jobs()
        if options["once"]:
            _look(jobs)
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        if options["while_input"]:
            threading.Thread(target=_when_input_ends, args=(stopping,), daemon=True).start()
        while not stopping.is_set():
            close_old_connections()
            _look(jobs)
            stopping.wait(LOOK_SECONDS)


def _look(jobs: list[Job]) -> None:
    for job in jobs:
        run_if_due(job)


def _when_input_ends(stopping: threading.Event) -> None:
    """Whoever started this process holds the other end; it ends with them."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    stopping.set()
