"""What the system lets a process have, lowered while it runs (Linux)."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def _lower(pid: int, kind: int, most: int) -> tuple[int, int]:
    """The limits that it had. Only the soft one is lowered, so that anybody may take it back."""
    before = resource.prlimit(pid, kind)
    return resource.prlimit(pid, kind, (most, before[1]))


@contextmanager
def _lowered(kind: int, pids: list[int], most: dict[int, int]) -> Iterator[None]:
    before = {pid: _lower(pid, kind, most[pid]) for pid in pids}
    try:
        yield
    finally:
        for pid, limits in before.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, kind, limits)


@contextmanager
def without_memory(pids: list[int], spare: int) -> Iterator[None]:
    """No more memory than these processes have and `spare` bytes each."""
    page = resource.getpagesize()
    most = {pid: int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * page for pid in pids}
    with _lowered(resource.RLIMIT_AS, pids, {pid: size + spare for pid, size in most.items()}):
        yield


@contextmanager
def without_files(pids: list[int], spare: int) -> Iterator[None]:
    """No more open files than these processes have and `spare` each."""
    most = {
        pid: max(int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()) for pid in pids
    }
    with _lowered(
        resource.RLIMIT_NOFILE, pids, {pid: number + 1 + spare for pid, number in most.items()}
    ):
        yield
