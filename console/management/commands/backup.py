"""`manage.py backup`: a copy of the database that can be proven, and proving it."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError

from console.backups import services
from console.backups.errors import BackupError
from console.backups.manifest import Manifest
from console.databases.faults import first_line
from console.management.operators import OperatorCommand


class Command(OperatorCommand):
    """Stops nobody, and writes to the database only that there is a backup."""

    help = "Back the database up into a new folder, or prove that a backup can be put back."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="which has to be new")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="put the backup in FOLDER into a scratch place and verify it there",
        )

    def handle(self, *args: Any, folder: Path, verify: bool, **options: Any) -> None:
        folder = folder.expanduser().absolute()
        try:
            read = services.prove(folder) if verify else services.make(folder)
        except (BackupError, ImproperlyConfigured) as fault:
            raise CommandError(str(fault)) from fault
        except DatabaseError as fault:
            raise CommandError(f"the database does not answer: {first_line(fault)}") from fault
        if not services.note(folder, read, proven=verify):
            self.stderr.write("the database took no note of it, so doctor does not know")
        self._say(folder, read, verify=verify)

    def _say(self, folder: Path, read: Manifest, *, verify: bool) -> None:
        contents = f"{read.size:,} bytes, {len(read.chains):,} chains, {read.events:,} events"
        if verify:
            self.stdout.write(f"{folder} of {read.made_at}: {contents}: all in order")
            return
        self.stdout.write(f"{folder}: {contents}")
        self.stdout.write(
            f"Keep {settings.ROSTER_KEYRING_FILE} apart from it: without it no secret works."
        )
