"""Keeping the server's process and the jobs' running until somebody stops them."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from types import FrameType

import structlog
from django.conf import settings

from console.measures import SHARED_FOLDER

RESTART_SECONDS = 1.0
# Longer than the server's own patience with its workers.
STOP_SECONDS = 25

logger = structlog.get_logger("roster.supervision")


class Child:
    """One process that is started again whenever it ends unasked."""

    def __init__(self, name: str, *arguments: str) -> None:
        self.name, self.arguments = name, arguments
        self.process: subprocess.Popen[bytes] | None = None

    def keep(self, stopping: threading.Event, environment: dict[str, str]) -> None:
        """Run it until `stopping`."""
        while not stopping.is_set():
            self._run_once(stopping, environment)

    def _run_once(self, stopping: threading.Event, environment: dict[str, str]) -> None:
        # In a session of its own: Ctrl-C reaches this process alone, which then stops it in order.
        # The open pipe tells it that this process still lives.
        self.process = subprocess.Popen(  # noqa: S603 - a command of ours
            [sys.executable, *self.arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        if stopping.is_set():
            self.process.terminate()
        code = self.process.wait()
        if not stopping.is_set():
            logger.error("a process ended and is started again", process=self.name, exit_code=code)
            stopping.wait(RESTART_SECONDS)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()


class Supervisor:
    """Starts `robots.server.workers` (granian gives up when two workers die within 5.5 seconds) and
    `run_jobs` beside it.
    """

    def __init__(self) -> None:
        self.stopping = threading.Event()
        server = Child(
            "server",
            "-m",
            "robots.server.workers",
            settings.ROSTER_HOST,
            str(settings.PORT),
            str(settings.ROSTER_WORKERS),
        )
        self.children = [server, Child("jobs", "manage.py", "run_jobs", "--while-input")]

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        with tempfile.TemporaryDirectory(prefix="roster-metrics-") as folder:
            environment = os.environ | {SHARED_FOLDER: folder}
            keepers = [
                (child, threading.Thread(target=child.keep, args=(self.stopping, environment)))
                for child in self.children
            ]
            for _, thread in keepers:
                thread.start()
            self.stopping.wait()
            for child, thread in keepers:
                thread.join(STOP_SECONDS)
                if thread.is_alive():
                    child.kill()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()
        for child in self.children:
            child.stop()
