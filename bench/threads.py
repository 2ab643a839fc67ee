"""How many threads a worker should have: `python -m bench.threads`, some minutes.

Registry tokens alone, and registry tokens while two people open one list after the other, from
servers that differ in nothing but the number of their threads.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench import data
from bench.data import Dataset
from bench.load import Measured, run, summary
from bench.loads import people, token_load
from bench.machine import HERE, description, free_port, load_average, on_core, server_core
from bench.server import Running, running
from bench.tables import Cell, table

THREADS = (1, 2, 4, 8)
DATASET = Dataset("threads", 10_000, 20_000, 1)
START = """
import robots.server.workers as server

def load(load=server.load):
    import console.serving.application as application
    application.VERIFIER_THREADS = {threads}
    return load()

server.load = load
server.main({host!r}, {port}, 1)
"""
Found = dict[tuple[str, int], list[Measured]]


@contextmanager
def _server(threads: int) -> Iterator[Running]:
    """One worker on the server's core. It would end without a pipe to it, so there is one."""
    port = free_port()
    code = START.format(threads=threads, host=HERE, port=port)
    command = on_core(server_core(), [sys.executable, "-c", code])
    log = DATASET.folder / f"threads-{threads}.log"
    read, write = os.pipe()
    with tempfile.TemporaryDirectory(prefix="roster-metrics-") as folder:
        environment = DATASET.environment(PORT=str(port), PROMETHEUS_MULTIPROC_DIR=folder)
        with running(command, port, "/livez", log, environment, stdin=read) as server:
            yield server
    os.close(read)
    os.close(write)


def _round(servers: dict[int, Running], seconds: float, found: Found) -> None:
    for threads, server in servers.items():
        tokens = token_load("tokens", server.port, DATASET.known, "signed")
        found.setdefault(("alone", threads), []).append(run(tokens, seconds))
        with people(server.port, DATASET.known, seconds + 1):
            found.setdefault(("beside pages", threads), []).append(run(tokens, seconds))


def _table(found: Found) -> str:
    rows: list[list[Cell]] = []
    for (how, threads), rounds in sorted(found.items()):
        rows.append([how, threads, *summary(rounds)])
    head = ["registry tokens", "threads", "req/s", "rounds", "p50 ms", "p99 ms"]
    return table("Threads of a worker", head, rows)


def main() -> None:
    """Fill, serve four times, load in turn."""
    parser = argparse.ArgumentParser(prog="python -m bench.threads")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3)
    wanted = parser.parse_args()
    print(f"{description()}, load average {load_average():.2f}")
    data.ready(DATASET, None)
    data.inside(DATASET, "prepare")
    found: Found = {}
    with ExitStack() as stack:
        servers = {number: stack.enter_context(_server(number)) for number in THREADS}
        _round(servers, 1, {})
        for number in range(wanted.rounds):
            print(f"round {number + 1} of {wanted.rounds}", flush=True)
            _round(servers, wanted.seconds, found)
    print(_table(found))
    data.remove([DATASET])


if __name__ == "__main__":
    main()
