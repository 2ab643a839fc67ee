"""What the kernel says of processes."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid: int) -> float:
    """The processor time that a process and those beneath it have taken since they began."""
    taken = 0
    for each in (pid, *descendants(pid)):
        try:
            fields = _fields(Path(f"/proc/{each}/stat"))
        except OSError:
            continue  # it ended meanwhile
        taken += int(fields[11]) + int(fields[12])
    return taken / TICKS


def _fields(status: Path) -> list[str]:
    """Those behind the name, which may have anything in it."""
    return status.read_text().rpartition(")")[2].split()


def _parents() -> dict[int, int]:
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = _fields(status)
        except OSError:
            continue  # it ended meanwhile
        found[int(status.parent.name)] = int(fields[1])
    return found


def descendants(pid: int) -> list[int]:
    """The processes beneath one, at any depth."""
    parents = _parents()
    beneath = [child for child, parent in parents.items() if parent == pid]
    return beneath + [deeper for child in beneath for deeper in descendants(child)]
