"""Files: secrets in places that are taken before the secret exists, and replacement in one step."""

import contextlib
import errno
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from roster.errors import Failure
from roster.shapes import Fields
from roster.streams import drop

STDIN = STDOUT = "-"
MODE = 0o600
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class SecretFile:
    """Where a secret goes: a file of mode 0600, or stdout."""

    def __init__(self, place: str, *, force: bool) -> None:
        self.place = place
        self.force = force
        self.path = path_of(place)

    @property
    def is_stdout(self) -> bool:
        return self.place == STDOUT

    @contextlib.contextmanager
    def reserved(self) -> Iterator[None]:
        """Take the place; it is free again if what is done meanwhile fails."""
        if self.is_stdout:
            need_stdout()
            yield
            return
        # It stays open: by its name, another file could be in its place when the secret comes.
        self.handle, self.draft = self._taken()
        try:
            yield
        except BaseException:
            self._give_back()
            raise
        finally:
            os.close(self.handle)

    def write(self, content: Fields, lost: str) -> None:
        """Put what holds the secret there, as one line of JSON; `lost` is said where that fails."""
        self.write_line(json.dumps(content, separators=(",", ":")), lost)

    def write_line(self, line: str, lost: str) -> None:
        """Put the secret there in a form of its own."""
        if self.is_stdout:
            print_secret(f"{line}\n", lost)
            return
        try:
            self._fill(f"{line}\n")
        except OSError as error:
            raise Failure(f"cannot write {self.path}: {error.strerror}. {lost}") from error

    def _fill(self, line: str) -> None:
        os.fchmod(self.handle, MODE)
        rest = line.encode()
        while rest:
            rest = rest[os.write(self.handle, rest) :]
        os.fsync(self.handle)
        self._need_it_at(self.draft)
        self.draft.replace(self.path)
        self._need_it_at(self.path)

    def _need_it_at(self, place: Path) -> None:
        if not self._stands_at(place):
            raise FileExistsError(errno.EEXIST, "somebody put another file in its place")

    def _stands_at(self, place: Path) -> bool:
        """Whether the name still belongs to the file that was taken."""
        try:
            return os.path.samestat(place.lstat(), os.fstat(self.handle))
        except FileNotFoundError:
            return False

    def _give_back(self) -> None:
        """Leave nothing of the secret, and what others put there as it is."""
        with contextlib.suppress(OSError):
            os.ftruncate(self.handle, 0)
            if self._stands_at(self.draft):
                self.draft.unlink()

    def _taken(self) -> tuple[int, Path]:
        """A new file, open: the one that was asked for, or one beside it that will replace it."""
        try:
            if self._replaces():
                handle, draft = tempfile.mkstemp(dir=self.path.parent, prefix=".roster-")
                return handle, Path(draft)
            return os.open(self.path, NEW, MODE), self.path
        except FileExistsError as error:
            raise _is_there(self.path) from error
        except OSError as error:
            raise Failure(f"cannot write {self.path}: {error.strerror}") from error

    def _replaces(self) -> bool:
        """Whether a file stands there that may be replaced."""
        if not os.path.lexists(self.path):
            return False
        if self.path.exists() and not self.path.is_file():
            raise Failure(f"{self.path} is not a file that could be overwritten")
        if not self.force:
            raise _is_there(self.path)
        return True


def path_of(place: str) -> Path:
    """The path that somebody typed, with a leading `~` expanded."""
    try:
        return Path(place).expanduser()
    except RuntimeError as error:
        raise Failure(f"{place} is in the home folder of nobody here") from error


def read_text(place: str, longest: int) -> str:
    """What a file holds, or standard input (`-`), up to so many characters."""
    if place == STDIN:
        return sys.stdin.read(longest)
    with path_of(place).open(encoding="utf-8", errors="replace") as opened:
        return opened.read(longest)


def need_stdout() -> None:
    """Refuse before anything is made that could not be shown."""
    try:
        os.write(sys.stdout.fileno(), b"")
    except OSError as error:
        raise Failure(f"cannot write to standard output: {error.strerror}") from error


def print_secret(text: str, lost: str) -> None:
    """Print what cannot be shown again; `lost` is said where that fails."""
    try:
        click.echo(text, nl=False)
    except OSError as error:
        drop()
        raise Failure(f"cannot write to standard output: {error.strerror}. {lost}") from error


def _is_there(path: Path) -> Failure:
    return Failure(f"{path} exists already; use --force to overwrite it")


def replace(path: Path, text: str) -> None:
    """Write a file of mode 0600 in one step, its folder with it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise
