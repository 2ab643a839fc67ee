"""Where one process keeps what it measures, for the page that adds up those of all."""

import mmap
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import structlog
from prometheus_client.mmap_dict import MmapedDict

# As much as prometheus_client begins with.
BEGINNING = 1 << 16

logger = structlog.get_logger("roster.metrics")


class MeasureFile(MmapedDict):
    """A mapped file that has its room on the disk before anything is written to it.

    prometheus_client's own is a hole at first: on a full disk the kernel ends the process that writes
    there (SIGBUS). Without room, what is counted stays in this process's memory.
    """

    def __init__(self, filename: str) -> None:
        opened: Callable[[str], None] = super().__init__  # its own has no types
        try:
            with Path(filename).open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, BEGINNING)
            opened(filename)
        except OSError as fault:
            _note(fault)
            # An empty one would be a fault of the whole page.
            with suppress(OSError):
                Path(filename).unlink()
            with _memory(bytes(BEGINNING)) as file:
                opened(f"/proc/self/fd/{file.fileno()}")

    def _init_value(self, key: str) -> None:
        self._make_room(len(key.encode()))
        begin: Callable[[str], None] = super()._init_value
        begin(key)

    def _make_room(self, length: int) -> None:
        """For one more value; the file doubles where it is too small."""
        # What surrounds a key in the file comes to less than that.
        if self._used + length + 64 <= self._capacity:
            return
        try:
            os.posix_fallocate(self._f.fileno(), 0, self._capacity * 2)
        except OSError as fault:
            _note(fault)
            self._f = _memory(self._m[:])
            self._m = mmap.mmap(self._f.fileno(), self._capacity)


def _memory(content: bytes) -> BinaryIO:
    """A file that lies on no disk."""
    file = os.fdopen(os.memfd_create("measures"), "w+b", buffering=0)
    file.write(content)
    return file


def _note(fault: OSError) -> None:
    logger.warning("this process's metrics are not added to those of others", reason=str(fault))
