"""What slow clients and people cost the machines: `python -m bench.slow`, two minutes.

Registry tokens alone; while 50 bodies come a byte at a time and 500 connections ask for nothing; and while
two people open one list after the other. One server, in turns.
"""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from statistics import median

from bench import data
from bench.data import Dataset
from bench.load import Measured, run, summary
from bench.loads import people, token_load
from bench.machine import description, load_average
from bench.server import Running, roster
from bench.tables import Cell, table
from tests.interop import slow

DATASET = Dataset("slow", 10_000, 20_000, 1)
Way = Callable[[], AbstractContextManager[object]]


def _held(port: int) -> AbstractContextManager[object]:
    held = ExitStack()
    held.enter_context(slow.idle(port))
    held.enter_context(slow.senders(port))
    return held


def _ways(server: Running, seconds: float) -> dict[str, Way]:
    return {
        "alone": nullcontext,
        "slow bodies and idle connections held": lambda: _held(server.port),
        "people look at lists": lambda: people(server.port, DATASET.known, seconds + 1),
    }


def _table(found: dict[str, list[Measured]]) -> str:
    alone = median(each.per_second for each in found["alone"])
    rows: list[list[Cell]] = []
    for name, rounds in found.items():
        ratio = median(each.per_second for each in rounds) / alone
        failed = sum(each.failed for each in rounds)
        rows.append([name, *summary(rounds), failed, f"{ratio:.2f} x"])
    head = ["registry tokens", "req/s", "rounds", "p50 ms", "p99 ms", "failed", "of alone"]
    return table("Beside what is slow", head, rows)


def main() -> None:
    """Fill, serve, load in turn."""
    parser = argparse.ArgumentParser(prog="python -m bench.slow")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3)
    wanted = parser.parse_args()
    print(f"{description()}, load average {load_average():.2f}")
    data.ready(DATASET, None)
    data.inside(DATASET, "prepare")
    found: dict[str, list[Measured]] = {}
    with roster(DATASET) as server:
        tokens = token_load("tokens", server.port, DATASET.known, "signed")
        run(tokens, 1)
        for _ in range(wanted.rounds):
            for name, way in _ways(server, wanted.seconds).items():
                with way():
                    found.setdefault(name, []).append(run(tokens, wanted.seconds))
    print(_table(found))
    data.remove([DATASET])


if __name__ == "__main__":
    main()
