"""Keeping the server's process running until somebody stops it."""

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

logger = structlog.get_logger("roster.supervision")


class Supervisor:
    """Starts `robots.server` and starts it again whenever it ends unasked: granian gives up when two
    workers die within 5.5 seconds.
    """

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        with tempfile.TemporaryDirectory(prefix="roster-metrics-") as folder:
            environment = os.environ | {SHARED_FOLDER: folder}
            while not self.stopping.is_set():
                self._serve_once(environment)

    def _serve_once(self, environment: dict[str, str]) -> None:
        # In a session of its own: Ctrl-C reaches this process alone, which then stops it in order.
        # The open pipe tells it that this process still lives.
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "robots.server", settings.ROSTER_HOST, str(settings.PORT),
             str(settings.ROSTER_WORKERS)],
            cwd=settings.BASE_DIR, env=environment, stdin=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        if self.stopping.is_set():
            self.process.terminate()
        code = self.process.wait()
        if not self.stopping.is_set():
            logger.error("the server ended and is started again", exit_code=code)
            self.stopping.wait(RESTART_SECONDS)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()
        if self.process is not None:
            self.process.terminate()
