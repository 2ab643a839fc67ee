"""Every verifier, beside an older version and peers, in one run: `python -m bench.verifiers`, some minutes.

Each alone; registry tokens and forward auth also while the organization changes once a second, while two
people open one list after the other, and while slow clients hold connections. All in turn, on one core.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace

from bench import asking, before, data, peers
from bench.before import Older
from bench.data import Dataset
from bench.load import Load, Measured, run
from bench.loads import people
from bench.machine import description, load_average
from bench.oidc import NAME as PEER
from bench.oidc import oidc_provider
from bench.options import OLDER as OLDER_COMMIT
from bench.postgresql import Cluster, cluster
from bench.rounds import WARM_SECONDS, Figures
from bench.server import Running, roster
from bench.tables import Cell, table
from bench.targets import Target, at_least, at_most, compared

ALONE = "alone"
FRONT, OLDER = "the front alone (/livez)", "older version: registry token"
REGISTRY, OAUTH, INTROSPECTION = "registry token", "OAuth access token", "introspection"
REVIEW = "TokenReview"
VERIFY, PROXY = "forward auth, /auth/verify", "forward auth, /auth/registry"
Way = Callable[[], AbstractContextManager[object]]
Name = tuple[str, str]
Turn = tuple[Load, str, Way]


@dataclass(frozen=True, slots=True)
class Found:
    """The figures of every load, by what was asked and what went on beside it."""

    figures: dict[Name, Figures]
    is_postgresql: bool

    def rate(self, name: str, way: str = ALONE) -> float:
        return self.figures[name, way].per_second


def _loads(server: Running, proxied: Running, known: dict[str, object]) -> dict[str, Load]:
    made = asking.Asking(known)
    asked = {
        server: {
            FRONT: made.front,
            REGISTRY: made.registry,
            OAUTH: made.oauth,
            INTROSPECTION: made.introspection,
            REVIEW: made.review,
        },
        proxied: {VERIFY: made.verification, PROXY: made.question},
    }
    return {
        name: replace(make(name, running.port), pid=running.pid)
        for running, loads in asked.items()
        for name, make in loads.items()
    }


def _ways(server: Running, known: dict[str, object], seconds: float) -> dict[str, Way]:
    return {
        "one change a second": lambda: asking.changes(server.port, known),
        "two people look at lists": lambda: people(server.port, known, seconds + 2),
        "slow bodies and idle connections held": lambda: asking.slow_clients(server.port),
    }


@contextmanager
def _older(dataset: Dataset, server: Cluster | None, commit: str) -> Iterator[list[Load]]:
    if not commit or not before.is_there(commit):
        print("not measured: an older version, whose commit is not in the history here")
        yield []
        return
    url = server.url(f"roster_bench_{commit}") if server else ""
    older = Older(commit, dataset, url)
    older.ready(server)
    with before.older_roster(older) as running:
        load = asking.Asking(older.known).registry(OLDER, running.port)
        yield [replace(load, pid=running.pid)]


def measured(
    dataset: Dataset, server: Cluster | None, commit: str, rounds: int, seconds: float
) -> Found:
    """All of it over one data set, the rounds in turn."""
    known = dataset.known
    with ExitStack() as stack:
        plain = stack.enter_context(roster(dataset))
        # The proxy that asks has to be a listed one, and whoever comes from there is no client.
        proxied = stack.enter_context(roster(dataset, ROSTER_TRUSTED_PROXIES="127.0.0.1"))
        own = _loads(plain, proxied, known)
        others = stack.enter_context(_older(dataset, server, commit))
        others += stack.enter_context(oidc_provider(data.FOLDER / "oidc"))
        if not peers.missing():
            others += stack.enter_context(peers.nginx(data.FOLDER / "peers"))
        turns: list[Turn] = [(load, ALONE, nullcontext) for load in (*own.values(), *others)]
        for running, name in ((plain, REGISTRY), (proxied, VERIFY)):
            ways = _ways(running, known, seconds)
            turns += [(own[name], way, begin) for way, begin in ways.items()]
        return Found(_in_turn(turns, rounds, seconds), server is not None)


def _in_turn(turns: list[Turn], rounds: int, seconds: float) -> dict[Name, Figures]:
    found: dict[Name, list[Measured]] = {}
    for number in range(rounds):
        print(f"verifiers, round {number + 1} of {rounds}", flush=True)
        for load, way, begin in turns:
            with begin():
                run(load, WARM_SECONDS)  # what is remembered was forgotten since its last turn
                found.setdefault((load.name, way), []).append(run(load, seconds))
    return {name: Figures.of(name[0], measured) for name, measured in found.items()}


def printed(found: Found) -> None:
    """What was found, and what was to be reached."""
    head = [
        "what",
        "beside it",
        "req/s",
        "p50 ms",
        "p99 ms",
        "failed",
        "µs of processor",
        "of the front",
        "÷ older",
    ]
    rows = [_row(found, name, figures) for name, figures in found.figures.items()]
    print(table("Verifiers (16 connections, medians of rounds in turn)", head, rows))
    print(compared("Targets of verifiers", _targets(found)))


def _row(found: Found, name: Name, figures: Figures) -> list[Cell]:
    older = found.figures.get((OLDER, ALONE))
    of_older = f"{figures.per_second / older.per_second:.2f} x" if older else "-"
    of_front = f"{figures.per_second / found.rate(FRONT):.2f} x"
    rate: list[Cell] = [figures.per_second, figures.p50_ms, figures.p99_ms, figures.failed]
    return [*name, *rate, figures.processor_us, of_front, of_older]


def _targets(found: Found) -> Iterator[Target]:
    if (OLDER, ALONE) in found.figures:
        yield from _beside_older(found)
    if (PEER, ALONE) in found.figures:
        for name in (VERIFY, INTROSPECTION, REVIEW):
            yield at_least(f"{name} ÷ {PEER}", found.rate(name) / found.rate(PEER), 3.5, " x")
    signing, deciding = (REGISTRY, OAUTH), (INTROSPECTION, REVIEW, VERIFY)
    for name, part in (*((it, 0.28) for it in signing), *((it, 0.4) for it in deciding)):
        yield at_least(f"{name} ÷ the front", found.rate(name) / found.rate(FRONT), part, " x")
    yield at_most(f"{VERIFY}, p99", found.figures[VERIFY, ALONE].p99_ms, 5, " ms")
    yield from _beside_others(found)


def _beside_others(found: Found) -> Iterator[Target]:
    least = {"two people look at lists": 0.6, "slow bodies and idle connections held": 0.8}
    for name, way in found.figures:
        if way in least:
            part = found.rate(name, way) / found.rate(name)
            yield at_least(f"{name}, {way} ÷ alone", part, least[way], " x")


def _beside_older(found: Found) -> Iterator[Target]:
    older = found.rate(OLDER)
    decision, signed = (2, 1.5) if found.is_postgresql else (3, 1.8)
    for name, times in (
        (VERIFY, decision),
        (INTROSPECTION, decision),
        (REVIEW, decision),
        (REGISTRY, signed),
        (OAUTH, signed),
    ):
        yield at_least(f"{name} ÷ older registry token", found.rate(name) / older, times, " x")
    changing = found.rate(REGISTRY, "one change a second") / older
    yield at_least("registry token beside changes ÷ older", changing, 1.5, " x")


def main() -> None:
    """Fill, serve, load in turn."""
    parser = argparse.ArgumentParser(prog="python -m bench.verifiers")
    parser.add_argument("--robots", type=int, default=10_000)
    parser.add_argument("--tokens", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--database", default="", help="as of `python -m bench`")
    parser.add_argument("--older", default=OLDER_COMMIT, help="the commit to compare with")
    parser.add_argument("--keep", action="store_true", help="keep the filled databases")
    wanted = parser.parse_args()
    print(f"{description()}, load average {load_average():.2f}, {wanted.database or 'SQLite'}")
    with cluster(wanted.database, keep=wanted.keep) as server:
        url = server.url("roster_bench_verifiers") if server else ""
        dataset = Dataset("verifiers", wanted.robots, wanted.tokens, 1, database_url=url)
        data.ready(dataset, server)
        data.inside(dataset, "prepare")
        printed(measured(dataset, server, wanted.older, wanted.rounds, wanted.seconds))
        if not wanted.keep:
            data.remove([dataset])
            before.remove(Older(wanted.older, dataset, url))


if __name__ == "__main__":
    main()
