"""A test database in memory begins as a copy of one that the migrations have made in an earlier run."""

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection

IN_MEMORY = "file:migrated?mode=memory&cache=shared"


@contextmanager
def copied_to_memory(folder: Path, *, is_made: bool) -> Iterator[None]:
    """Fill the database in memory from a file in `folder`.

    Where these migrations have none yet, it is made if `is_made`; else Django migrates as ever.
    """
    file = folder / f"{_fingerprint()}.sqlite3"
    in_memory = connection.vendor == "sqlite" and not connection.settings_dict["TEST"]["NAME"]
    if in_memory and is_made and not file.exists():
        _migrate(file)
    if not in_memory or not _is_of_the_past(file):
        yield
        return
    connection.settings_dict["TEST"]["NAME"] = IN_MEMORY
    # It is there as long as a connection to it is open.
    with closing(sqlite3.connect(IN_MEMORY, uri=True)) as memory:
        with closing(sqlite3.connect(file)) as migrated:
            migrated.backup(memory)
        yield


def _is_of_the_past(file: Path) -> bool:
    """On another day that is before today, the file's rows would lie ahead."""
    return file.exists() and file.stat().st_mtime <= time.time()


def _fingerprint() -> str:
    """What stands in all migrations, in one hash, wherever they lie."""
    found = hashlib.sha256()
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            found.update(file.read_bytes() + b"\0")
    return found.hexdigest()


def _migrate(file: Path) -> None:
    unfinished, name = file.with_suffix(f".{os.getpid()}"), connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(unfinished)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    for former in file.parent.glob("*.sqlite3"):
        former.unlink(missing_ok=True)
    unfinished.replace(file)
