"""Small disks of a test's own, which fill up and break: as root, because they are mounted."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.interop.processes import eventually, require_tool

FULL = b"\0" * 65_536


class Disk:
    """A file system of some megabytes in a file."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.image, self.folder = folder / "disk.img", folder / "disk"
        self.ballast = self.folder / "ballast"
        self.folder.mkdir()
        with self.image.open("wb") as image:
            image.truncate(megabytes * 1024 * 1024)
        # Nothing is kept back for root.
        _do("mkfs.ext4", "-q", "-m", "0", str(self.image))

    def fill(self) -> None:
        """Leave not a byte."""
        with self.ballast.open("ab", buffering=0) as file:
            for size in (len(FULL), 4096, 1):
                try:
                    while file.write(FULL[:size]):
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self.ballast.unlink()

    def break_down(self) -> None:
        """Let the kernel find a fault in it: from then on nothing is written, whoever has what open."""
        device = Path(_do("findmnt", "-n", "-o", "SOURCE", str(self.folder)).strip()).name
        try:
            Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("a drill")
        except OSError:
            # The file system has heard it.
            if self.is_writable():
                raise

    def is_writable(self) -> bool:
        try:
            (self.folder / "probe").write_bytes(b"")
        except OSError:
            return False
        return True


def _do(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [require_tool(program, f"/usr/sbin/{program}"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """One that is mounted; skipped where nobody may mount, which fails in CI."""
    disk = Disk(folder, megabytes)
    mounted = subprocess.run(
        ["mount", "-o", "loop,errors=remount-ro", str(disk.image), str(disk.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(mounted.stderr)
    try:
        yield disk
    finally:
        eventually(lambda: _unmounted(disk.folder), "nobody uses the disk")


def _unmounted(folder: Path) -> bool:
    return subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0
