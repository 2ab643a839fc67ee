"""The machine the figures are from, and which core does what."""

import os
import platform
import socket
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = "127.0.0.1"
# Below this load average the figures are the product's and not the neighbours'.
QUIET = 0.7


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def client_core() -> int:
    return _cores()[0]


def server_core() -> int:
    """Another core than the client's, where there is one."""
    return _cores()[-1]


def on_core(core: int, command: Sequence[str]) -> list[str]:
    """`command`, and everything it starts, on one core."""
    return ["taskset", "--cpu-list", str(core), *command]


def _field(path: str, name: str, otherwise: str) -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":" if ":" in line else "=")
        if key.strip() == name:
            return value.strip().strip('"')
    return otherwise


def load_average() -> float:
    """How busy the machine was in the last minute, in cores."""
    return os.getloadavg()[0]


def description() -> str:
    """The machine in one line."""
    processor = _field("/proc/cpuinfo", "model name", platform.machine())
    memory = int(_field("/proc/meminfo", "MemTotal", "0 kB").split()[0]) // 1024**2
    system = _field("/etc/os-release", "PRETTY_NAME", platform.system())
    python = platform.python_version()
    return f"{len(_cores())} cores ({processor}), {memory} GiB, {system}, Python {python}"


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])
