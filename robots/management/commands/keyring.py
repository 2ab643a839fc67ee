"""`manage.py keyring`: the numbers of the keyring's roots and what is still kept under each."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Model

from console import keyring
from console.models import Event
from robots.models import Secret, SigningKey

USERS: tuple[tuple[str, type[Model]], ...] = (
    ("secrets", Secret),
    ("signing keys", SigningKey),
    ("audit events", Event),
)


def _users(model: type[Model]) -> dict[int, int]:
    rows = model._default_manager.values_list("root_number").annotate(rows=Count("pk"))
    return dict(rows.order_by())


class Command(BaseCommand):
    """Lists root numbers, never a key."""

    help = "List the keyring's root numbers and the rows that use each; --add makes a new root."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--add",
            action="store_true",
            help="add a root; new rows are made under it from now on",
        )

    def handle(self, *args: Any, add: bool, **options: Any) -> None:
        if add:
            self._add()
        self.stdout.write("NUMBER   " + "   ".join(name.upper() for name, _ in USERS))
        users = [(name, _users(model)) for name, model in USERS]
        for number in keyring.numbers():
            columns = [f"{rows.get(number, 0):<{len(name)}}" for name, rows in users]
            self.stdout.write(f"{number:<6}   {'   '.join(columns)}".rstrip())

    def _add(self) -> None:
        try:
            number = keyring.add_root()
        except OSError as fault:
            raise CommandError(f"{fault.filename} cannot be written: {fault.strerror}") from fault
        self.stderr.write(f"root {number} added; back the keyring up")
