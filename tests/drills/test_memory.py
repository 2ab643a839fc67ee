"""A worker that gets no more memory: it says so, the others go on, and nobody is let in by mistake."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.drills.installations import on_sqlite
from tests.drills.traffic import require_calm, traffic
from tests.interop.processes import eventually, fetch, serving

# What it may still have, beyond what it has: less than a request takes in the end.
SPARE_BYTES = 256 * 1024


def address_space(pid: int) -> int:
    """How much a process has, in bytes (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    return pages * resource.getpagesize()


@contextmanager
def without_memory(pid: int) -> Iterator[None]:
    """The process gets none for as long as it lives, or until the end."""
    resource.prlimit(
        pid, resource.RLIMIT_AS, (address_space(pid) + SPARE_BYTES, resource.RLIM_INFINITY)
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(pid, resource.RLIMIT_AS, unlimited)
