"""A file that grows by a line for each event."""

import os
from pathlib import Path

from console.models import Event


class File:
    """Opened anew for each batch: whoever rotates files needs to tell nobody."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self, events: list[Event], lines: list[str]) -> None:
        """Write the lines, and wait until they are on the disk."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            text = "".join(f"{line}\n" for line in lines).encode()
            rest = memoryview(_end_of_torn_line(descriptor) + text)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(descriptor)


def _end_of_torn_line(descriptor: int) -> bytes:
    """A process that died while it wrote leaves half a line; the whole one follows."""
    size = os.fstat(descriptor).st_size
    return b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""
