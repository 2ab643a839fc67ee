"""What access decisions and the pages about them cost: `python -m bench.access`, some minutes."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench import data
from bench.data import Dataset
from bench.machine import description, load_average
from bench.postgresql import Cluster, cluster
from bench.tables import Cell, table
from bench.targets import Target, at_most, compared

FEW, MANY = 1_000, 100_000
MATRIX = "matrix, 200 holders"
ROUNDS = 5
Rounds = list[dict[str, Any]]
# Indexes to measure with and without, as `bench.inside.access` takes them.
Tried = dict[str, list[str]]
NOTHING: Tried = {"with": [], "without": []}


@dataclass(frozen=True, slots=True)
class AccessData(Dataset):
    """Three robots that are measured, 10,000 others, and so many grants that only others hold."""

    others: int = 0

    @property
    def filling(self) -> tuple[str, ...]:
        return ("access_fill", str(self.others))


def datasets(server: Cluster | None) -> dict[int, AccessData]:
    """By the number of grants that others hold."""
    return {
        others: AccessData(
            f"access-{others}",
            10_003,
            3,
            1,
            others=others,
            database_url=server.url(f"roster_bench_access_{others}") if server else "",
        )
        for others in (FEW, MANY)
    }


def measured(server: Cluster | None, rounds: int, tried: Tried) -> dict[int, Rounds]:
    """What every round found over each data set; the rounds of both interleaved."""
    sets = datasets(server)
    for dataset in sets.values():
        data.ready(dataset, server)
        data.inside(dataset, "prepare")
    found: dict[int, Rounds] = {others: [] for others in sets}
    for number in range(rounds):
        print(f"access, round {number + 1} of {rounds}", flush=True)
        for others, dataset in sets.items():
            found[others].append(data.inside(dataset, "access", json.dumps(tried)))
    return found


def _median(rounds: Rounds, kind: str, name: str, figure: str) -> float:
    return float(median(found["decisions"][f"{kind}\t{name}"][figure] for found in rounds))


def _names(rounds: Rounds) -> list[str]:
    keys = [key.partition("\t") for key in rounds[0]["decisions"]]
    return [name for kind, _, name in keys if kind == "decision"]


def _decision_rows(found: dict[int, Rounds]) -> Iterator[list[Cell]]:
    first = _names(found[FEW])[0]
    for kind in ("decision", "token"):
        for name in _names(found[FEW]):
            few, many = (_median(found[others], kind, name, "µs") for others in (FEW, MANY))
            one = _median(found[MANY], kind, first, "µs")
            asked = int(_median(found[MANY], kind, name, "statements"))
            yield [kind, name, few, many, f"{many / few:.2f} x", f"{many / one:.2f} x", asked]


def decisions(found: dict[int, Rounds]) -> str:
    """A decision by itself and a whole token, by what the robot holds and what others hold."""
    head = [
        "what",
        "the robot has",
        f"µs, {FEW:,} of others",
        f"µs, {MANY:,}",
        "growth",
        "÷ one grant",
        "statements",
    ]
    return table("Access decisions, inside the process", head, list(_decision_rows(found)))


def compared_with(found: dict[int, Rounds], tried: Tried) -> str:
    """A decision as it is and with what was tried, in the same run."""
    rows: list[list[Cell]] = []
    for name in _names(found[MANY]):
        present, other = (_median(found[MANY], "decision", name, it) for it in ("µs", "tried"))
        rows.append([name, present, other, f"{other / present:.2f} x"])
    parts = [f"{how} {index}" for how, indexes in tried.items() for index in indexes]
    head = ["the robot has", "µs as it is", "µs tried", "÷ as it is"]
    return table(f"A decision, tried {', '.join(parts)}", head, rows)


def _page(rounds: Rounds, number: int) -> float:
    return float(median(found["pages"][number]["milliseconds"] for found in rounds))


def pages(found: dict[int, Rounds]) -> str:
    """Server time and queries of the pages about one repository."""
    rows: list[list[Cell]] = []
    for number, page in enumerate(found[MANY][0]["pages"]):
        few, many = (_page(found[others], number) for others in (FEW, MANY))
        rows.append([page["name"], few, many, f"{many / few:.2f} x", page["queries"]])
    head = ["page", f"ms, {FEW:,} of others", f"ms, {MANY:,}", "growth", "queries"]
    return table("Pages about a repository", head, rows)


def plans(found: dict[int, Rounds]) -> str:
    """How the database finds the rows."""
    rows: list[list[Cell]] = [
        [name if number == 0 else "", step]
        for name, steps in found[MANY][-1]["plans"].items()
        for number, step in enumerate(steps)
    ]
    return table("How each statement finds its rows", ["statement", "step"], rows)


def _targets(found: dict[int, Rounds]) -> Iterator[Target]:
    names = _names(found[FEW])
    for name in names:
        few, many = (_median(found[others], "decision", name, "µs") for others in (FEW, MANY))
        yield at_most(f"growth with grants of others: {name}", many / few, 1.3, " x")
    asked = max(_median(found[MANY], "token", name, "statements") for name in names)
    yield at_most("queries of a decision, authentication included", asked, 2)
    for number, page in enumerate(found[MANY][0]["pages"]):
        if page["name"] == MATRIX:
            yield at_most(MATRIX, _page(found[MANY], number), 40, " ms")
            yield at_most(f"{MATRIX}, queries", page["queries"], 12)


def printed(server: Cluster | None, rounds: int, tried: Tried = NOTHING) -> None:
    """Measure, and print every table."""
    found = measured(server, rounds, tried)
    print(decisions(found))
    if any(tried.values()):
        print(compared_with(found, tried))
    print(pages(found))
    print(plans(found))
    print(compared("Targets of access", _targets(found)))


def main() -> None:
    """Access alone, without what `make bench` measures beside it."""
    parser = argparse.ArgumentParser(prog="python -m bench.access")
    parser.add_argument("--database", default="", metavar="URL", help="as of `python -m bench`")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", action="store_true", help="keep the filled databases")
    for name, shape in (("--index", "TABLE (COLUMN, …)"), ("--without", "NAME")):
        parser.add_argument(
            name,
            action="append",
            default=[],
            metavar=shape,
            help="measure as well, in the same run, with or without this index",
        )
    wanted = parser.parse_args()
    print(f"{description()}, load average {load_average():.2f}, {wanted.database or 'SQLite'}")
    with cluster(wanted.database, keep=wanted.keep) as server:
        printed(server, wanted.rounds, {"with": wanted.index, "without": wanted.without})
        if not wanted.keep:
            data.remove(list(datasets(server).values()))


if __name__ == "__main__":
    main()
