"""What the machine has, as far as settings depend on it."""

import os

# Ten connections each, and PostgreSQL lets a hundred in unless told otherwise.
MOST_WORKERS = 8


def default_workers() -> int:
    """One a core that this process may run on, up to a bound."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST_WORKERS)
    return min(os.cpu_count() or 1, MOST_WORKERS)
