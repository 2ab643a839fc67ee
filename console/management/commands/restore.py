"""`manage.py restore`: a backup becomes the database."""

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError

from console.backups import services
from console.backups.errors import BackupError
from console.databases.faults import first_line
from console.management.operators import OperatorCommand


class Command(OperatorCommand):
    """Replaces nothing unless the backup was proven, and keeps what was there before."""

    help = "Put a backup in the place of the database, after it was proven."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="what `backup` made")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="put SQLite's present file aside; a PostgreSQL database has to be empty",
        )

    def handle(self, *args: Any, folder: Path, replace: bool, **options: Any) -> None:
        folder = folder.expanduser().absolute()
        try:
            read, kept = services.put_back(folder, replace=replace)
        except (BackupError, ImproperlyConfigured) as fault:
            raise CommandError(str(fault)) from fault
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}") from fault
        except DatabaseError as fault:
            raise CommandError(f"the database does not answer: {first_line(fault)}") from fault
        if kept:
            self.stdout.write(f"What was there before is {kept} now.")
        self.stdout.write(f"The database is as it was at {read.made_at}.")
        self.stdout.write(
            "Before Roster serves again: manage.py restore_check says what came back."
        )
