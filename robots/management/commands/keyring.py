"""`manage.py keyring`: the numbers of the keyring's roots and what is still kept under each."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from console import keyring
from console.management.operators import OperatorCommand
from robots.secrets.roots import USERS, rows_by_root


class Command(OperatorCommand):
    """Lists root numbers, never a key."""

    help = "List the keyring's root numbers and the rows that use each; --add makes a new root."

    def add_arguments(self, parser: CommandParser) -> None:
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument(
            "--add",
            action="store_true",
            help="add a root; new rows are made under it from now on",
        )
        # The second spelling is what set-up scripts of earlier versions say.
        ways.add_argument(
            "--init",
            "--create",
            action="store_true",
            help="make a keyring ahead, to be mounted as a secret; asks no database",
        )

    def handle(self, *args: Any, add: bool, init: bool, **options: Any) -> None:
        if init:
            self._init()
            return
        if add:
            self._add()
        numbers, users = keyring.numbers(), [(name, rows_by_root(model)) for name, model in USERS]
        self.stdout.write("NUMBER   " + "   ".join(name.upper() for name, _ in USERS))
        for number in numbers:
            columns = [f"{rows.get(number, 0):<{len(name)}}" for name, rows in users]
            self.stdout.write(f"{number:<6}   {'   '.join(columns)}".rstrip())

    def _init(self) -> None:
        path = settings.ROSTER_KEYRING_FILE
        try:
            is_new = keyring.create()
        except OSError as fault:
            raise CommandError(f"{path} cannot be written: {fault.strerror}") from fault
        if not is_new:
            raise CommandError(f"{path} is there already, and is left as it is")
        self.stderr.write(f"{path} made; back it up apart from the database")

    def _add(self) -> None:
        try:
            number = keyring.add_root()
        except OSError as fault:
            raise CommandError(
                f"a root cannot be added where the keyring lies: {fault.filename} cannot be written"
                f" ({fault.strerror}). If it is mounted, copy it, name the copy in ROSTER_KEYRING_FILE,"
                " add the root there, and replace what is mounted by the copy"
            ) from fault
        self.stderr.write(f"root {number} added; back the keyring up")
