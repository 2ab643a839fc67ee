"""What a server says of itself to the database, so that `doctor` knows all of them."""

import functools
import os
import socket
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from console import __version__
from console.databases import clock
from console.databases.faults import explained
from console.failures import Failures
from console.measures import SHARED_FOLDER
from console.models import Replica
from console.serving.health import STOPPING

SAYS_EVERY = timedelta(seconds=30)
# In the folder that the workers of one server share: touched by whichever of them has just said so.
SAID = "said"

failures = Failures(structlog.get_logger("roster.replicas"))


def report() -> bool:
    """One of the workers says every half minute that its server is there, and at a stop that it is not.

    Outside of `serve` there is nothing to say.
    """
    folder = os.environ.get(SHARED_FOLDER)
    if not folder:
        return True
    place = Path(folder)
    try:
        if (place / STOPPING).exists():
            _leave(place)
        elif _is_due(place / SAID):
            _say(place)
    except (DatabaseError, OSError) as fault:  # nobody serves worse for it
        failures.log("this server could not say that it serves", **explained(fault))
        return False
    return True


def _is_due(said: Path) -> bool:
    try:
        age = time.time() - said.stat().st_mtime
    except FileNotFoundError:
        said.touch()
        return True
    is_due = not 0 <= age < SAYS_EVERY.total_seconds()
    if is_due:
        said.touch()
    return is_due


def _uuid(place: Path) -> UUID:
    return uuid5(NAMESPACE_URL, f"{socket.gethostname()}{place}")


def _say(place: Path) -> None:
    before, there, after = timezone.now(), clock.now(), timezone.now()
    lacking, unknown = _differences()
    said = {
        "name": f"{socket.gethostname()[:200]}:{settings.PORT}",
        "version": __version__,
        "heard_at": there,
        "ahead_seconds": (before + (after - before) / 2 - there).total_seconds(),
        "lacking": lacking,
        "unknown": unknown,
    }
    made = {**said, "begun_at": there}
    Replica.objects.update_or_create(uuid=_uuid(place), defaults=said, create_defaults=made)


@dataclass(frozen=True, slots=True)
class Known:
    """The migrations of this version: those it wants, those it has heard of, and whose they are."""

    wanted: frozenset[tuple[str, str]]
    heard_of: frozenset[tuple[str, str]]
    apps: frozenset[str]


@functools.cache
def _known() -> Known:
    """Read once: to find them costs as much as some hundred requests."""
    loader = MigrationLoader(None)
    replaced = {key for it in loader.disk_migrations.values() for key in it.replaces}
    return Known(
        frozenset(loader.graph.nodes),
        frozenset({*loader.disk_migrations, *replaced}),
        frozenset(loader.migrated_apps),
    )


def _differences() -> tuple[int, int]:
    """How many migrations of this version the database lacks, and how many it has of a newer one."""
    known, applied = _known(), {*MigrationRecorder(connection).applied_migrations()}
    foreign = [key for key in applied - known.heard_of if key[0] in known.apps]
    return len(known.wanted - applied), len(foreign)


def _leave(place: Path) -> None:
    Replica.objects.filter(uuid=_uuid(place)).delete()
