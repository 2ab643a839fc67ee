"""Files that hold secrets are their owner's alone, older ones too. Part of the settings."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.core.exceptions import ImproperlyConfigured

ROOT = 0
OTHERS = 0o077  # what anybody but the owner may do
# What Roster keeps in its folder, and copies that somebody put beside it.
SECRETS = ("secret_key*", "keyring*", "*.sqlite3*", "audit-checkpoints*")
# Files of SQLite's come and go.
MISSING = (FileNotFoundError, NotADirectoryError)


@dataclass
class Inspection:
    """What was found: the former modes of files that are private now, and what is wrong with others."""

    account: int = field(default_factory=os.geteuid)
    made_private: dict[Path, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def inspect_folder(self, path: Path) -> None:
        """A mounted volume may be root's and its names be read: what is made in it is private."""
        facts = self._made_private(path)
        is_volume = facts.st_uid == ROOT != self.account
        if not is_volume or facts.st_mode & stat.S_IWOTH:
            self._require_private(path, facts, "o-w" if is_volume else "700")

    def inspect_file(self, path: Path, *, may_change: bool) -> None:
        facts = self._made_private(path) if may_change else path.stat()
        if not _is_lent(path, facts):
            self._require_private(path, facts, "600" if facts.st_uid == self.account else "640")

    def _made_private(self, path: Path) -> os.stat_result:
        """What it is like once others may do nothing with it, if it is ours."""
        facts = path.stat()
        if facts.st_uid != self.account or not facts.st_mode & OTHERS:
            return facts
        with suppress(OSError):  # a file system that cannot: it is refused then
            path.chmod(facts.st_mode & stat.S_IRWXU)
            self.made_private[path] = stat.S_IMODE(facts.st_mode)
        return path.stat()

    def _require_private(self, path: Path, facts: os.stat_result, mode: str) -> None:
        if facts.st_uid not in {self.account, ROOT}:
            self.faults.append(
                f"{path} belongs to account {facts.st_uid}, and this runs as {self.account};"
                f" run it as {facts.st_uid}, or: chown {self.account} {path}"
            )
        elif facts.st_mode & OTHERS:
            self.faults.append(
                f"{path} is open to others (mode {stat.S_IMODE(facts.st_mode):04o});"
                f" run: chmod {mode} {path}"
            )

    def require(self) -> None:
        """Raise one `ImproperlyConfigured` that names everything wrong, if anything is."""
        if self.faults:
            raise ImproperlyConfigured("\n  ".join(["secrets are not private", *self.faults]))

    def report(self) -> None:
        """Log what was open to others until now."""
        logger = structlog.get_logger("roster.files")
        for path, mode in sorted(self.made_private.items()):
            logger.warning("was open to others, is private now", path=str(path), mode=f"{mode:04o}")


def _is_lent(path: Path, facts: os.stat_result) -> bool:
    """Whether it is root's, and a group may read it that cannot write it: so are secrets mounted."""
    only_read = not facts.st_mode & (OTHERS ^ stat.S_IRGRP)
    writable = os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    return facts.st_uid == ROOT and only_read and not writable


def keep_private(folder: Path, made: Iterable[Path], given: Iterable[Path]) -> Inspection:
    """Make files for their owner alone from now on, and see to the folder and files that are there.

    `made` are files of Roster's own: like those in its folder they are made private. Files that are
    `given` to it from elsewhere stay as they are. Raises `ImproperlyConfigured` if others can get at
    any of it all the same.
    """
    os.umask(OTHERS)
    found = Inspection()
    elsewhere = {path for path in given if path.parent.resolve() != folder}
    if folder.is_dir():
        found.inspect_folder(folder)
    for path in {*_secrets_in(folder), *made, *given}:
        with suppress(*MISSING):
            found.inspect_file(path, may_change=path not in elsewhere)
    found.require()
    return found


def _secrets_in(folder: Path) -> Iterator[Path]:
    for pattern in SECRETS:
        yield from (path for path in folder.glob(pattern) if path.is_file())
