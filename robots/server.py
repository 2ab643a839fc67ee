"""The server's own process: granian and its workers. `manage.py serve` starts it and watches it.

It is a process apart, so that the one that forks workers has loaded nothing: no connection to the
database is shared, and metrics know where all workers keep their counts. It ends when the process
that started it ends, and its workers end when it does: nothing is left behind on the port.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

# A database connection each. Fewer are no quicker, and pages then keep tokens waiting: bench/README.md.
THREADS = 4
THREAD_IDLE_SECONDS = 600
# Connections a worker holds, idle ones included: a proxy keeps many open.
CONNECTIONS = 1000
STOP_SECONDS = 15
LINE = '{"event": "%(message)s", "logger": "roster.server", "level": "%(levelname)s"}'


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _when(ended: Callable[[], object]) -> None:
    """Stop this process cleanly once `ended` returns."""

    def watch() -> None:
        ended()
        _stop()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _input_ends() -> None:
    # Not `sys.stdin`: its lock would be held in every worker that is forked meanwhile.
    while os.read(sys.stdin.fileno(), 1):
        pass


def load() -> Any:  # noqa: ANN401 - a WSGI application
    """What each worker does first: the application, and whatever runs beside it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        _when(parent.join)
    application = import_string("console.wsgi.application")
    import_string("robots.usage_flush.start")()
    return application


def _logging() -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": LINE}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "line",
            }
        },
        "loggers": {"_granian": {"handlers": ["stdout"], "level": "WARNING", "propagate": False}},
    }


def main(host: str, port: int, workers: int) -> None:
    """Serve until stopped; exits with 1 when workers die one after the other."""
    _when(_input_ends)
    Granian(
        "console.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=THREAD_IDLE_SECONDS,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=_logging(),
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
