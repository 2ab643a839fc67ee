"""Installations over either database, with one that can be broken."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.postgresql import PostgreSQL, on_postgresql, postgresql
from tests.interop.processes import Installation

# Programs ask without a pause.
LIMITS = {"ROSTER_API_REQUESTS_PER_MINUTE": "100000"}


def on_sqlite(prepared_data: Path, folder: Path, **environment: str) -> Installation:
    """One with a file of its own."""
    return Installation.copied(prepared_data, folder / "roster", **LIMITS, **environment)


def over(database: PostgreSQL, folder: Path, **environment: str) -> Installation:
    """One over PostgreSQL, which is there."""
    installation = on_postgresql(database, folder / "roster")
    installation.environment |= LIMITS | environment
    installation.do("prepare")
    return installation


@contextmanager
def installed(kind: str, prepared_data: Path, folder: Path) -> Iterator[Installation]:
    """One over `sqlite` or `postgresql`."""
    if kind == "sqlite":
        yield on_sqlite(prepared_data, folder)
        return
    with postgresql(folder) as database:
        yield over(database, folder)
