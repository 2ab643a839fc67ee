"""The tables that a run prints, and what was to be reached beside what was found."""

from dataclasses import dataclass
from typing import Any

from bench.rounds import Figures
from bench.server import Memory
from bench.tables import Cell, table
from bench.weight import Weight

LARGE, SPREAD, SMALL = "one", "many", "small"
TOKEN = "registry token, access ID + signed secret"
FRONT = "the front alone (/livez)"
LIMIT = "nginx auth_request to nothing"
NGINX = "nginx auth_basic, bcrypt 5"
FREE, HTPASSWD = "docker-registry that asks nobody", "docker-registry, htpasswd, bcrypt 5"


@dataclass(frozen=True, slots=True)
class Inside:
    """What was found inside the product's process over one data set."""

    pages: list[dict[str, Any]]
    hot: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Served:
    """What was found with the servers running; memory is of the worker over the large data."""

    loads: dict[str, dict[str, Figures]]
    idle: Memory
    warm: Memory
    loaded: Memory
    weight: Weight


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that one run found."""

    inside: dict[str, Inside]
    creation: dict[str, dict[str, float]]
    served: Served
    is_postgresql: bool

    @property
    def loads(self) -> dict[str, dict[str, Figures]]:
        return self.served.loads

    @property
    def memory_growth(self) -> float:
        """How much more the rounds left in the worker than one warm-up did, as a part."""
        return self.served.loaded.private / self.served.warm.private - 1


def _ratio(part: float, whole: float) -> str:
    return f"{part / whole:.2f} x" if whole else "-"


def under_load(found: Found) -> str:
    """Every load, and its rate as a part of what the front can do."""
    limit = found.loads[LARGE][FRONT].per_second
    rows: list[list[Cell]] = [
        [
            where,
            name,
            figures.per_second,
            figures.p50_ms,
            figures.p99_ms,
            figures.failed,
            f"{figures.lowest:,.0f}-{figures.highest:,.0f}",
            _ratio(figures.per_second, limit),
        ]
        for where, measured in found.loads.items()
        for name, figures in measured.items()
    ]
    head = ["data", "what", "req/s", "p50 ms", "p99 ms", "failed", "rounds", "of the front"]
    return table("Under load (16 connections, medians of the rounds)", head, rows)


def pages(found: Found) -> str:
    """Server time of every page over each data set, and how it grows."""
    by_name = {
        where: {page["name"]: page for page in inside.pages}
        for where, inside in found.inside.items()
    }
    rows = [_page(page, by_name) for page in found.inside[LARGE].pages]
    return table("Server time of a page, ms", PAGE_COLUMNS, rows)


PAGE_COLUMNS = [
    "page",
    "ms",
    "longest",
    "many organizations",
    "small",
    "growth",
    "queries",
    "slowest query",
    "kB",
]


def _page(page: dict[str, Any], by_name: dict[str, dict[str, dict[str, Any]]]) -> list[Cell]:
    """One page over the large data, beside its time over the others."""
    name, milliseconds = page["name"], page["milliseconds"]
    many, small = (by_name[it].get(name, {}).get("milliseconds", "-") for it in (SPREAD, SMALL))
    growth = _ratio(milliseconds, small) if isinstance(small, float) else "-"
    costs = [page["queries"], page["slowest_query"], page["size"] // 1000]
    return [name, milliseconds, page["longest"], many, small, growth, *costs]


def hot_path(found: Found) -> str:
    """The token service inside its process."""
    rows: list[list[Cell]] = []
    for where, inside in found.inside.items():
        for kind in ("signed", "compact", "wide"):
            if kind in inside.hot:
                figures = inside.hot[kind]
                rows.append(
                    [where, f"{kind} secret", figures["milliseconds"] * 1000, figures["statements"]]
                )
    hot = found.inside[LARGE].hot
    rows += [
        ["", f"one {kind} signature", hot[kind] * 1000, 0]
        for kind in ("ES256", "RS256")
        if kind in hot
    ]
    rows.append(["", "/livez", hot["livez"] * 1000, 0])
    return table(
        "Inside the process, without the server", ["data", "what", "µs", "statements"], rows
    )


def creation(found: Found) -> str:
    """Tokens made by the service."""
    rows: list[list[Cell]] = [
        [kind, figures["per_second"], figures["milliseconds"]]
        for kind, figures in found.creation.items()
    ]
    return table("Tokens made by the service, one process", ["kind", "per second", "ms"], rows)


def size(found: Found) -> str:
    """Memory and the weight of a page."""
    served, weight = found.served, found.served.weight
    parts = (weight.html, weight.styles, weight.scripts)
    rows: list[list[Cell]] = [
        ["worker, started and idle", _memory(served.idle)],
        ["worker, warm", _memory(served.warm)],
        ["worker, after the load", f"{_memory(served.loaded)}, {found.memory_growth:+.0%}"],
        ["robots page, HTML + CSS + JS", f"{weight.counted / 1000:.1f} kB compressed"],
        ["of it HTML, CSS, JS", ", ".join(f"{part / 1000:.1f}" for part in parts)],
        ["requests of the page, without a cache", str(weight.requests)],
        ["requests to other hosts", str(weight.elsewhere)],
    ]
    return table("Memory and page weight", ["what", "found"], rows)


def _memory(memory: Memory) -> str:
    return f"{memory.resident:.0f} MiB resident, {memory.private:.0f} MiB private"


def profiled(rows: dict[str, list[dict[str, Any]]]) -> str:
    """Where the time goes, by functions."""
    return "\n".join(
        table(
            f"Where the time of the {name} goes (µs under the profiler)",
            ["function", "calls", "own", "whole"],
            [[row["function"], row["calls"], row["own"], row["whole"]] for row in found],
        )
        for name, found in rows.items()
    )
