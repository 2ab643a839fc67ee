"""What has to be there before the server starts; every fault is one clear line."""

import fcntl
import hashlib
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from console import keyring, keyring_checks, static_versions
from console.audit.older_database import Behind, unaccepted
from console.databases.faults import first_line
from console.databases.statements import POSTGRESQL
from console.serving.callers import UNIX
from console.shared_cache import redis_answers
from robots.secrets import signing_keys

# Any number, the same in every process.
PREPARING = 0x526F73746572


def prepare() -> list[Behind]:
    """Data folder, schema, keys and static files, made once however many processes start at once.

    What is behind its checkpoints in an older database does not keep anybody from starting.
    """
    _require_writable(settings.ROSTER_DATA)
    _require_free(settings.ROSTER_HOST, settings.PORT)
    redis_answers()  # it says so itself if not, and nothing needs it
    try:
        with _exclusively():
            _schema()
            _keys()
            _static_files()
            static_versions.publish()
        return unaccepted()
    except DatabaseError as fault:
        raise CommandError(f"the database does not answer: {first_line(fault)}") from fault
    except OSError as fault:
        raise CommandError(f"{fault.filename}: {fault.strerror}") from fault


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        raise CommandError(f"the folder {folder} cannot be written: {fault.strerror}") from fault


def _require_free(host: str, port: int) -> None:
    """Servers share a port if they may, so a second one would take half of the requests."""
    if host.startswith(UNIX):
        _require_free_socket(Path(host.removeprefix(UNIX)))
        return
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise CommandError(f"cannot listen on {host}:{port}: {fault.strerror}") from fault


def _require_free_socket(path: Path) -> None:
    """A socket that nobody listens on any longer is removed: the server that left it was killed."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
    except FileNotFoundError:
        _require_writable(path.parent)
    except ConnectionRefusedError:
        path.unlink()
    except OSError as fault:
        raise CommandError(f"cannot listen on {path}: {fault.strerror}") from fault
    else:
        raise CommandError(f"cannot listen on {path}: another server does")


@contextmanager
def _exclusively() -> Iterator[None]:
    """One process at a time: of this machine by a file, of all machines by the database."""
    with (settings.ROSTER_DATA / "preparing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _locked() if connection.vendor == POSTGRESQL else nullcontext():
            yield
        connection.close()


@contextmanager
def _locked() -> Iterator[None]:
    """Hold the database's lock by a transaction of its own: a session's would be lost behind a pooler."""
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PREPARING])
        yield
    finally:
        holder.close()


def _schema() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _keys() -> None:
    """The keyring of an empty database is made, if it is not there; any other has to fit."""
    try:
        if keyring_checks.is_empty():
            keyring.create()
        keyring.current()
    except ImproperlyConfigured as fault:
        raise CommandError(str(fault)) from fault
    signing_keys.ensure_all()


def _static_files() -> None:
    """`collectstatic`, unless nothing has changed since the last time."""
    stamp, fingerprint = settings.ROSTER_DATA / "static.fingerprint", _fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
    except ValueError as fault:
        raise CommandError(f"the static files do not fit together: {fault}") from fault
    stamp.write_text(fingerprint)


def _fingerprint() -> str:
    """How static files are called, how large they are and when they changed, in one hash."""
    lines = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            lines.append(f"{name} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
