"""`make cluster`: from nothing to a cluster that answers, and back to nothing."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.drills.cluster.doors import secure_door
from tests.interop.processes import PATIENCE_SECONDS, ROOT, children, eventually, fetch

Process = subprocess.Popen[bytes]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def command(log: Path) -> Iterator[Process]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.cluster"], cwd=ROOT, stdout=output, stderr=output
        )
    yield process
    process.send_signal(signal.SIGINT)
    process.wait(PATIENCE_SECONDS)


def family(pid: int) -> list[int]:
    """A process's children and theirs."""
    found = children(pid)
    return [*found, *(each for child in found for each in family(child))]


def is_up(command: Process, log: Path) -> bool:
    assert command.poll() is None, log.read_text()
    return "Ctrl-C stops all of it" in log.read_text()


def test_it_says_where_everything_is_and_leaves_nothing(command: Process, log: Path) -> None:
    eventually(lambda: is_up(command, log), "it is up")
    said = log.read_text()
    (port,) = re.findall(r"served at https://localhost:(\d+)/", said)
    (link,) = re.findall(rf"https://localhost:{port}(/setup/\w+/)", said)
    with closing(secure_door(int(port))) as door:
        assert door.ask(link).status == 200
    replicas = re.findall(r"replica-\d +(http://127\.0\.0\.1:\d+)/", said)
    assert [fetch(f"{origin}/readyz")[0] for origin in replicas] == [200] * 3
    (folder,) = re.findall(r"logs +(/\S+)", said)
    everything = family(command.pid)
    command.send_signal(signal.SIGINT)
    assert command.wait(PATIENCE_SECONDS) == 0
    assert [pid for pid in everything if is_running(pid)] == []
    assert not Path(folder).exists()
    assert "Traceback" not in log.read_text()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
