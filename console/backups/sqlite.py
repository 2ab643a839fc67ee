"""SQLite: a copy by its online backup, which has what is in the write-ahead log and stops nobody."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from console.backups.errors import BackupError
from console.backups.stores import speaking_to


class Sqlite:
    """The file that ROSTER_DATABASE_URL names."""

    kind, file = "sqlite", "database.sqlite3"

    def __init__(self) -> None:
        self.path = Path(settings.DATABASES["default"]["NAME"])

    @contextmanager
    def snapshot(self, target: Path) -> Iterator[None]:
        if not self.path.exists():
            raise BackupError(f"there is no database {self.path}")
        try:
            _copy(self.path, target)
        except sqlite3.Error as fault:
            raise BackupError(f"{self.path} cannot be copied: {fault}") from fault
        with speaking_to({"NAME": str(target)}):
            yield
        _as_one_file(target)

    @contextmanager
    def scratch(self, copy: Path) -> Iterator[None]:
        with tempfile.TemporaryDirectory(dir=self.path.parent) as folder:
            target = Path(folder) / self.file
            shutil.copyfile(copy, target)
            with speaking_to({"NAME": str(target)}):
                _require_integrity()
                yield

    def put_back(self, copy: Path, prove: Callable[[], object]) -> str:
        target = self.path.with_name(f"{self.path.name}.restoring")
        shutil.copyfile(copy, target)
        try:
            with speaking_to({"NAME": str(target)}):
                _require_integrity()
                prove()
            _as_one_file(target)
            kept = self._set_aside()
            target.rename(self.path)
        finally:
            target.unlink(missing_ok=True)
        return kept

    def _set_aside(self) -> str:
        """Where the database that was there is now; empty if there was none."""
        if not self.path.exists():
            return ""
        try:
            _as_one_file(self.path)
        except sqlite3.OperationalError as fault:
            raise BackupError(f"{self.path} is in use: stop Roster before") from fault
        kept = self.path.with_name(f"{self.path.name}.before-{timezone.now():%Y%m%dT%H%M%SZ}")
        self.path.rename(kept)
        return str(kept)


def _copy(source: Path, target: Path) -> None:
    address = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)


def _as_one_file(path: Path) -> None:
    """Take the write-ahead log into the file. Others that have it open make that fail."""
    with closing(sqlite3.connect(path, timeout=1)) as session:
        session.execute("PRAGMA journal_mode=DELETE")


def _require_integrity() -> None:
    with connection.cursor() as cursor:
        (answer,) = cursor.execute("PRAGMA integrity_check(1)").fetchone()
    if answer != "ok":
        raise BackupError(f"the copy is damaged: {answer}")
