"""Interleaved rounds: each load once in every round, so that a slow minute strikes all alike."""

from dataclasses import dataclass
from statistics import median

from bench.load import Load, Measured, run

WARM_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Figures:
    """The medians of one load's rounds, and how far its rounds lie apart."""

    name: str
    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int
    lowest: float
    highest: float
    processor_us: float

    @classmethod
    def of(cls, name: str, rounds: list[Measured]) -> "Figures":
        rates = [found.per_second for found in rounds]
        return cls(
            name,
            median(rates),
            median(found.p50_ms for found in rounds),
            median(found.p99_ms for found in rounds),
            sum(found.failed for found in rounds),
            min(rates),
            max(rates),
            median(found.processor_us for found in rounds),
        )


def warm(loads: list[Load]) -> None:
    """Each load once, shortly: templates, statements and connections are there afterwards."""
    for load in loads:
        run(load, WARM_SECONDS)


def measure(loads: list[Load], rounds: int, seconds: float) -> dict[str, Figures]:
    """The figures of every load, by its name."""
    found: dict[str, list[Measured]] = {load.name: [] for load in loads}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", flush=True)
        for load in loads:
            found[load.name].append(run(load, seconds))
    return {name: Figures.of(name, measured) for name, measured in found.items()}
