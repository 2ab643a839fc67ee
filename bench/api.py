"""The REST API and the command line's start alone: `python -m bench.api`."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench import data
from bench.machine import on_core, server_core
from bench.options import options
from bench.postgresql import cluster
from bench.report import LARGE
from bench.tables import Cell, table

STARTS = 15
COMMANDS = (["--help"], ["--version"], ["robot", "--help"], ["robot", "token", "create", "--help"])
PYTHON = Path(sys.executable)


def reads_and_writes(dataset: data.Dataset) -> str:
    """Server time inside the process."""
    rows: list[list[Cell]] = [
        [row["name"], row["milliseconds"], row["longest"], row["queries"], row["size"]]
        for row in data.inside(dataset, "api")
    ]
    head = ["what", "ms", "longest", "queries", "bytes"]
    return table(f"REST API, server time over *{dataset.name}*", head, rows)


def _start(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(on_core(server_core(), command), check=True, capture_output=True)
    return (time.perf_counter() - started) * 1000


def starts() -> str:
    """Milliseconds from the shell to the exit, in turns with the interpreter doing nothing."""
    roster = str(PYTHON.with_name("roster"))
    commands = {"python -c pass": [str(PYTHON), "-c", "pass"]} | {
        " ".join(["roster", *arguments]): [roster, *arguments] for arguments in COMMANDS
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(STARTS):
        for name, command in commands.items():
            taken[name].append(_start(command))
    rows: list[list[Cell]] = [[name, median(times), max(times)] for name, times in taken.items()]
    return table("The command line's start", ["command", "ms", "longest"], rows)


def main() -> None:
    """Over the large set, which stays only if that is asked for."""
    wanted = options()
    with cluster(wanted.database, keep=wanted.keep) as server:
        made = data.datasets(wanted.robots, wanted.tokens, wanted.organizations, server)
        large = next(dataset for dataset in made if dataset.name == LARGE)
        data.ready(large, server)
        print(reads_and_writes(large))
        print(starts())
        if not wanted.keep:
            data.remove([large])


if __name__ == "__main__":
    main()
