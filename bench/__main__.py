"""`make bench`: fill, serve, load, print. Nothing here is a test."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from bench import access, api, before, data, loads, peers, report, verifiers
from bench.before import Older
from bench.data import Dataset
from bench.load import Load, has_wrk
from bench.machine import HERE, QUIET, description, load_average
from bench.options import Options, options
from bench.postgresql import Cluster, cluster
from bench.report import LARGE, SMALL, SPREAD, Found, Inside, Served
from bench.rounds import Figures, measure, warm
from bench.server import Running, roster
from bench.targets import against_targets
from bench.weight import weigh

PEERS = data.FOLDER / "peers"


def _fill(wanted: list[Dataset], server: Cluster | None) -> str:
    """Make the data ready; the certificate that a registry takes."""
    for dataset in wanted:
        took = data.ready(dataset, server)
        said = f"filled in {took:.0f} s" if took else "is there"
        print(
            f"{dataset.robots:,} robots, {dataset.tokens:,} tokens, "
            f"{dataset.organizations:,} organizations: {said}",
            flush=True,
        )
    prepared = [data.inside(dataset, "prepare") for dataset in wanted]
    bundle: str = prepared[0]["bundle"]
    return bundle


def _inside(dataset: Dataset) -> Inside:
    print(f"pages and decisions over {dataset.name}", flush=True)
    return Inside(data.inside(dataset, "pages"), data.inside(dataset, "hot"))


@contextmanager
def _peers(wanted: bool, bundle: str, server: Running, dataset: Dataset) -> Iterator[list[Load]]:
    """The peers' loads, as far as they are installed."""
    missing = peers.missing() if wanted else ["the peers: --no-peers"]
    print(*(f"not measured: {reason}" for reason in missing), sep="\n", end="\n" if missing else "")
    if missing:
        yield []
        return
    origin, service = f"http://{HERE}:{server.port}", dataset.known["service"]
    with peers.nginx(PEERS) as asked, peers.registries(PEERS, bundle, origin, service) as others:
        yield [*asked, *loads.registries(others, server, dataset)]


def _under_load(wanted: Options, sets: dict[str, Dataset], bundle: str) -> Served:
    """Everything that needs the servers: the page's weight, memory, and the load itself."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(roster(each)) for name, each in sets.items()}
        large, known = servers[LARGE], sets[LARGE].known
        page = weigh(large, known["addresses"]["robots"], known["cookies"])
        idle = large.worker_memory()
        groups = {
            LARGE: loads.over_all(large, sets[LARGE]),
            SPREAD: loads.over_part(servers[SPREAD], sets[SPREAD]),
            SMALL: loads.over_part(servers[SMALL], sets[SMALL]),
            "peers": stack.enter_context(_peers(wanted.peers, bundle, large, sets[LARGE])),
        }
        warm([load for group in groups.values() for load in group])
        warmed = large.worker_memory()
        figures = _measured(groups, wanted)
        return Served(figures, idle, warmed, large.worker_memory(), page)


def _measured(groups: dict[str, list[Load]], wanted: Options) -> dict[str, dict[str, Figures]]:
    """All loads of all groups, interleaved; then apart again by group."""
    named = [
        replace(load, name=f"{group}\t{load.name}") for group, of in groups.items() for load in of
    ]
    found = measure(named, wanted.rounds, wanted.seconds)
    return {
        group: {load.name: found[f"{group}\t{load.name}"] for load in of}
        for group, of in groups.items()
    }


def _print(found: Found) -> None:
    for part in (report.under_load, report.hot_path, report.pages, report.creation, report.size):
        print(part(found))
    print(against_targets(found))


def _head(wanted: Options) -> None:
    print(description())
    print(f"load average {load_average():.2f}; client: {'wrk' if has_wrk() else 'bench/client.py'}")
    if load_average() > QUIET:
        print("The machine is busy with something else: these figures are not worth keeping.")
    print(
        f"{wanted.rounds} rounds of {wanted.seconds:g} s, {wanted.database or 'SQLite'}", flush=True
    )


def main() -> None:
    """Everything, one after the other."""
    wanted = options()
    _head(wanted)
    with cluster(wanted.database, keep=wanted.keep) as server:
        made = data.datasets(wanted.robots, wanted.tokens, wanted.organizations, server)
        sets = {dataset.name: dataset for dataset in made}
        bundle = _fill(made, server)
        inside = {name: _inside(dataset) for name, dataset in sets.items()}
        creation = data.inside(sets[LARGE], "creation", str(wanted.seconds * 2))
        served = _under_load(wanted, sets, bundle)
        _print(Found(inside, creation, served, is_postgresql=server is not None))
        beside = wanted.older, wanted.rounds, wanted.seconds
        verifiers.printed(verifiers.measured(sets[LARGE], server, *beside))
        print(api.reads_and_writes(sets[LARGE]))
        print(api.starts())
        access.printed(server, wanted.rounds)
        if wanted.profile:
            print(report.profiled(data.inside(sets[LARGE], "profile")))
        if not wanted.keep:
            data.remove([*made, *access.datasets(server).values()])
            before.remove(Older(wanted.older, sets[LARGE]))


if __name__ == "__main__":
    main()
