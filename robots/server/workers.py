"""The server's own process: granian and its workers. `manage.py serve` starts it and watches it.

It is a process apart, so that the one that forks workers has loaded nothing: no connection to the
database is shared, and metrics know where all workers keep their counts. It ends when the process
that started it ends, and its workers end when it does: nothing is left behind on the port.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from console.configuration.lines import JSON, Text, takes_colour
from console.serving.callers import UNIX

# Connections a worker holds, idle ones included: a proxy keeps many open, and slow clients more.
CONNECTIONS = 8000
# Open files beside them: databases, logs, the pieces of granian.
SPARE_FILES = 256
# What is read of a connection before it is wanted: the whole head of a request, part of its body. Twice
# what nginx lets through by itself; all connections together may ask for that much each.
READ_BYTES = 64 * 1024
# A connection whose client takes nothing of an answer ends after this long, and the system keeps this
# much of what it has not taken: tcp(7).
NOT_TAKEN_MILLISECONDS = 30_000
NOT_SENT_BYTES = 128 * 1024
# How long a thread computes while others wait for their turn. The loop is one of them, and does little.
SWITCH_SECONDS = 0.0003
TCP_OPTIONS = {
    socket.TCP_USER_TIMEOUT: NOT_TAKEN_MILLISECONDS,
    socket.TCP_NOTSENT_LOWAT: NOT_SENT_BYTES,
}
SOCKET_MODE = 0o660
STOP_SECONDS = 15


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _end_when_told() -> None:
    """A worker has the server's handlers until it runs, and would not hear of a stop before that."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


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


def load() -> Any:  # noqa: ANN401 - an ASGI application
    """What each worker does first: the application, and whatever runs beside it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        _when(parent.join)
    application = import_string("console.asgi.application")
    import_string("console.flushing.start")()
    import_string("console.monitoring.refreshing.start")()
    sys.setswitchinterval(SWITCH_SECONDS)
    # The socket is there as soon as the loop runs.
    asyncio.get_event_loop().call_soon(_limit_answers)
    return application


def _limit_answers() -> None:
    """End connections that take nothing of their answer, and keep little for them. Each inherits both from
    the listening socket (tcp(7)), which the server makes by itself.
    """
    for listening in _listening():
        for option, value in TCP_OPTIONS.items():
            listening.setsockopt(socket.IPPROTO_TCP, option, value)


def _listening() -> Iterator[socket.socket]:
    """The TCP sockets on which this process listens."""
    for entry in filter(Path.is_socket, Path("/proc/self/fd").iterdir()):
        with suppress(OSError), socket.socket(fileno=os.dup(int(entry.name))) as found:
            is_tcp = found.family in {socket.AF_INET, socket.AF_INET6}
            if is_tcp and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                yield found


def _connections() -> int:
    """As many as this process may open files for, once it may open as many as the system lets it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE_FILES
    allowed = wanted if most == resource.RLIM_INFINITY else min(most, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    return max(allowed - SPARE_FILES, allowed // 2)


class Line(logging.Formatter):
    """A JSON object a line, whatever the server says: also a traceback, and words in quotation marks."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat()
        return json.dumps({**self.entry(record), "timestamp": moment.replace("+00:00", "Z")})

    def entry(self, record: logging.LogRecord) -> dict[str, str]:
        entry = {
            "event": record.getMessage(),
            "logger": "roster.server",
            "level": record.levelname.lower(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return entry


class Words(Line):
    """The same for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        text = Text(coloured=takes_colour("stdout"))
        return text({"timestamp": moment.isoformat(), **self.entry(record)})


def _logging(form: str) -> dict[str, Any]:
    line = "Line" if form == JSON else "Words"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"robots.server.workers.{line}"}},
        "handlers": {
            "stdout": {
                "class": "console.configuration.lines.Output",
                "stream": "ext://sys.stdout",
                "formatter": "line",
            }
        },
        "loggers": {"_granian": {"handlers": ["stdout"], "level": "WARNING", "propagate": False}},
    }


def _address(host: str, port: int) -> dict[str, Any]:
    if host.startswith(UNIX):
        return {"uds": Path(host.removeprefix(UNIX)), "uds_permissions": SOCKET_MODE}
    return {"address": host, "port": port}


def main(host: str, port: int, workers: int, form: str) -> None:
    """Serve until stopped; exits with 1 when workers die one after the other. `host` is an address, or
    `unix:` and a path; `form` is how lines of the log look.
    """
    _when(_input_ends)
    os.register_at_fork(after_in_child=_end_when_told)
    Granian(
        "console.asgi:application",
        **_address(host, port),
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(max_buffer_size=READ_BYTES),
        websockets=False,
        workers=workers,
        backpressure=_connections(),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=_logging(form),
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
