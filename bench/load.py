"""Load over connections that stay open, from the client's core: `wrk`, or our own small client."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.machine import HERE, ROOT, client_core, on_core
from bench.processes import processor_seconds
from bench.tables import Cell

CONNECTIONS = 16
SCRIPT = ROOT / "bench" / "wrk.lua"
MARK = "BENCH "


@dataclass(frozen=True, slots=True)
class Load:
    """Requests for one port. They are made anew each time where none may come twice.

    `pid` is of what answers; without it nobody looks what that takes.
    """

    name: str
    port: int
    requests: Callable[[], list[bytes]]
    strict: bool = False
    pid: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run found; `failed` counts every answer that was no 2xx, and broken connections.

    `processor_us` is the processor time that the server took for one request, which says on a busy machine as
    well what a request costs.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int
    processor_us: float

    @classmethod
    def parse(cls, line: str, processor_seconds: float) -> "Measured":
        """From a client's last line: requests, µs in all, µs of the median and of the 99th, failed."""
        requests, duration, p50, p99, failed = (int(word) for word in line.split()[1:])
        each = 1e6 * processor_seconds / max(requests, 1)
        return cls(requests / (duration / 1e6), p50 / 1000, p99 / 1000, failed, each)


def summary(rounds: Sequence[Measured]) -> list[Cell]:
    """Rate, its range over the rounds, and both latencies, as cells of a table."""
    rates = [each.per_second for each in rounds]
    p50, p99 = (median(each.p50_ms for each in rounds), median(each.p99_ms for each in rounds))
    return [median(rates), f"{min(rates):,.0f}-{max(rates):,.0f}", p50, p99]


def http_request(
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: str = "",
    kind: str = "application/x-www-form-urlencoded",
) -> bytes:
    """A request as it goes over the wire; `kind` is that of its body."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HERE}", "User-Agent: docker/28.2.2"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@contextmanager
def _written(requests: list[bytes]) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        for request in requests:
            file.write(b"%d\n%b" % (len(request), request))
        file.flush()
        yield Path(file.name)


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def _command(load: Load, seconds: float) -> list[str]:
    if not has_wrk():
        own = [sys.executable, "-m", "bench.client", str(load.port), str(CONNECTIONS), str(seconds)]
        return on_core(client_core(), own)
    wrk = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--timeout", "20s"]
    wrk += ["--duration", f"{max(round(seconds), 1)}s", "--script", str(SCRIPT)]
    return on_core(client_core(), [*wrk, f"http://{HERE}:{load.port}/"])


def run(load: Load, seconds: float) -> Measured:
    """Send `load` for so long."""
    with _written(load.requests()) as path:
        environment = os.environ | {"BENCH_REQUESTS": str(path)}
        environment |= {"BENCH_STRICT": "1"} if load.strict else {}
        begun = processor_seconds(load.pid) if load.pid else 0.0
        done = subprocess.run(
            _command(load, seconds),
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if not lines:
        raise SystemExit(f"the client of {load.name} said nothing: {done.stdout} {done.stderr}")
    taken = processor_seconds(load.pid) - begun if load.pid else 0.0
    return Measured.parse(lines[0], taken)
