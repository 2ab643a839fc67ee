"""Roster as `make run` starts it, with one worker on one core."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.data import Dataset
from bench.machine import HERE, ROOT, free_port, on_core, server_core
from bench.processes import descendants

START_SECONDS = 120
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds, in MiB: all that is resident, and what no other process shares."""

    resident: float
    private: float


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at a port; `pid` is the process that was started."""

    port: int
    pid: int

    def worker_memory(self) -> Memory:
        """Of the worker: the largest process beneath the one that was started."""
        beneath = [_memory(pid) for pid in descendants(self.pid)]
        return max(beneath, key=lambda memory: memory.private)


def _memory(pid: int) -> Memory:
    sizes = {"VmRSS": 0, "RssAnon": 0}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in sizes:
            sizes[name] = int(value.split()[0])
    return Memory(sizes["VmRSS"] / 1024, sizes["RssAnon"] / 1024)


@contextmanager
def roster(dataset: Dataset, **settings: str) -> Iterator[Running]:
    """Roster over `dataset`, until the block ends."""
    port = free_port()
    command = on_core(server_core(), [sys.executable, "manage.py", "serve"])
    environment = dataset.environment(PORT=str(port), ROSTER_WORKERS="1", **settings)
    with running(command, port, "/livez", dataset.folder / "server.log", environment) as server:
        yield server


@contextmanager
def running(
    command: list[str],
    port: int,
    path: str,
    log: Path,
    environment: dict[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    cwd: Path = ROOT,
) -> Iterator[Running]:
    """Any server, from when it answers at `path` until the block ends; it is stopped by its pid."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=stdin,
        )
    try:
        _wait(process, port, path, log)
        yield Running(port, process.pid)
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if _answers(port, path):
            return
        time.sleep(0.1)
    raise SystemExit(f"a server did not start; its last words are in {log}")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HERE, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
