"""Keeping the server's process and the jobs' running until somebody stops them."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import structlog
from django.conf import settings

from console.measures import SHARED_FOLDER
from console.serving.callers import UNIX
from console.serving.health import STOPPING

RESTART_SECONDS = 1.0
# How often the server is asked whether it answers by now, and how long it has for that.
ASK_SECONDS, ANSWER_SECONDS = 0.1, 5.0
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
    `run_jobs` beside it. `announce` is called once, when a worker answers.
    """

    def __init__(self, announce: Callable[[], None]) -> None:
        self.announce = announce
        # A stop was asked for; it was asked for again, or by hand; it begins.
        self.leaving, self.hurrying, self.stopping = (threading.Event() for _ in range(3))
        server = Child(
            "server",
            "-m",
            "robots.server.workers",
            settings.ROSTER_HOST,
            str(settings.PORT),
            str(settings.ROSTER_WORKERS),
            settings.ROSTER_LOG_FORMAT,
        )
        self.children = [server, Child("jobs", "manage.py", "run_jobs", "--while-input")]

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, and after the former for as long as load balancers need."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._leave)
        with tempfile.TemporaryDirectory(
            prefix="roster-metrics-", ignore_cleanup_errors=True
        ) as folder:
            environment = os.environ | {SHARED_FOLDER: folder}
            keepers = [
                threading.Thread(target=child.keep, args=(self.stopping, environment))
                for child in self.children
            ]
            for thread in keepers:
                thread.start()
            self._announce()
            self.leaving.wait()
            self._drain(Path(folder))
            self._stop(keepers)

    def _announce(self) -> None:
        while not self.leaving.wait(ASK_SECONDS):
            if _answers():
                self.announce()
                break

    def _drain(self, folder: Path) -> None:
        try:
            (folder / STOPPING).touch()
        except OSError as fault:
            # Load balancers do not hear of it, but a stop is a stop.
            logger.warning("a stop cannot be told by /readyz", reason=str(fault))
        self.hurrying.wait(settings.ROSTER_DRAIN_SECONDS)

    def _stop(self, keepers: list[threading.Thread]) -> None:
        self.stopping.set()
        for child in self.children:
            child.stop()
        for child, thread in zip(self.children, keepers, strict=True):
            thread.join(STOP_SECONDS)
            if thread.is_alive():
                child.kill()

    def _leave(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT or self.leaving.is_set():
            self.hurrying.set()
        self.leaving.set()


def _answers() -> bool:
    """Whether a worker does: the port is there before anybody answers on it."""
    try:
        with _connection() as connection:
            connection.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


def _connection() -> socket.socket:
    host = settings.ROSTER_HOST
    if not host.startswith(UNIX):
        return socket.create_connection((host, settings.PORT), ANSWER_SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(ANSWER_SECONDS)
    connection.connect(host.removeprefix(UNIX))
    return connection
