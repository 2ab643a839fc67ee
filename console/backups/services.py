"""Making a backup, proving that it can be put back, and putting it back."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from console import keyring, keyring_checks
from console.audit import checkpoints
from console.audit.verification import Known, verify
from console.backups import facts, manifest
from console.backups.errors import BackupError
from console.backups.manifest import ChainEnd, Manifest
from console.backups.postgresql import PostgreSql
from console.backups.sqlite import Sqlite
from console.backups.stores import Store
from console.databases.statements import POSTGRESQL
from console.models import Backup


def make(folder: Path) -> Manifest:
    """Copy the database into a new folder. Nothing is in `folder` before all of it is."""
    if folder.exists():
        raise BackupError(f"{folder} exists: a backup is a folder of its own")
    keyring.current()
    with _unfinished(folder) as place:
        written = _fill(place)
        manifest.write(place, written)
        place.rename(folder)
    return written


def prove(folder: Path) -> Manifest:
    """Put a backup into a scratch place and verify it there; raise `BackupError` for what is wrong. Of one
    that is no good the database is told.
    """
    read, store = _readable(folder)
    if fault := _fault(folder, read, store):
        note(folder, read, fault=str(fault))
        raise fault
    return read


def _fault(folder: Path, read: Manifest, store: Store) -> BackupError | None:
    """What is wrong with the backup itself. Raises `BackupError` where that cannot be found out."""
    try:
        manifest.require_unchanged(folder, read)
    except BackupError as fault:
        return fault
    with store.scratch(folder / read.file):
        try:
            _prove(read)
        except BackupError as fault:
            return fault
    return None


def note(folder: Path, read: Manifest, *, proven: bool = False, fault: str = "") -> bool:
    """Let `doctor` know of a backup and what came of proving it, wherever it lies; whether the database took
    it.
    """
    store = _store()
    if isinstance(store, Sqlite) and not store.path.exists():
        return False  # a connection would make an empty one
    came = {"proven_at": timezone.now() if proven else None, "fault": fault[:400]}
    try:
        Backup.objects.update_or_create(
            sha256=read.sha256, defaults=came, create_defaults=_known(folder, read) | came
        )
    except DatabaseError:
        return False
    return True


def _known(folder: Path, read: Manifest) -> dict[str, Any]:
    return {
        "made_at": datetime.fromisoformat(read.made_at),
        "size": read.size,
        "events": read.events,
        "folder": str(folder)[:500],
        "machine": socket.gethostname()[:255],
    }


def put_back(folder: Path, *, replace: bool) -> tuple[Manifest, str]:
    """Make a backup the database, once it is proven; and where what was there before is now."""
    read, store = _readable(folder)
    if not replace and isinstance(store, Sqlite) and store.path.exists():
        raise BackupError(f"there is a database {store.path}: --replace puts it aside")
    manifest.require_unchanged(folder, read)
    return read, store.put_back(folder / read.file, lambda: _prove(read))


def _store() -> Store:
    return PostgreSql() if connection.vendor == POSTGRESQL else Sqlite()


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A folder beside the one that is meant, which never stays."""
    place = folder.with_name(f"{folder.name}.unfinished")
    try:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True, mode=0o700)
        yield place
    except OSError as fault:
        raise BackupError(
            f"{fault.filename or place} cannot be written: {fault.strerror}"
        ) from fault
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _fill(place: Path) -> Manifest:
    store, made_at = _store(), timezone.now()
    copy = place / store.file
    with store.snapshot(copy):
        chains = facts.chains(checkpoints.read().chains)
        roots, migrations = facts.roots(), facts.migrations()
    return Manifest(
        made_at=made_at.isoformat(),
        database=store.kind,
        file=store.file,
        size=copy.stat().st_size,
        sha256=manifest.digest(copy),
        migrations=migrations,
        roots=roots,
        chains=chains,
    )


def _readable(folder: Path) -> tuple[Manifest, Store]:
    """A backup of this kind of database, for this version and keyring."""
    read, store = manifest.read(folder), _store()
    if read.database != store.kind:
        raise BackupError(
            f"{folder} is of {read.database}, and ROSTER_DATABASE_URL is {store.kind}"
        )
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    known = {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}
    if unknown := sorted({*read.migrations} - known):
        raise BackupError(f"{folder} is of a newer version of Roster ({', '.join(unknown)})")
    return read, store


def _prove(read: Manifest) -> None:
    """Verify the database that the process speaks to, brought to this version, against the manifest."""
    call_command("migrate", interactive=False, verbosity=0)
    try:
        keyring_checks.require_fitting()
    except ImproperlyConfigured as fault:
        raise BackupError(str(fault)) from fault
    for chain in read.chains:
        _prove_chain(chain)


def _prove_chain(end: ChainEnd) -> None:
    purged = Known(purged=end.purged, purged_link=bytes.fromhex(end.purged_link))
    if end.number > end.purged:
        purged.links[end.number] = bytes.fromhex(end.link)
    verdict = verify(end.chain, purged)
    if verdict.faults:
        fault = verdict.faults[0]
        raise BackupError(f"chain {end.chain}: event {fault.number}: {fault.text}")
    if verdict.number != end.number:
        raise BackupError(f"chain {end.chain} ends at {verdict.number}, not at {end.number}")
