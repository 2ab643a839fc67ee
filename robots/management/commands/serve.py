"""`manage.py serve`: prepare the installation and run the server until it is stopped."""

from typing import Any

from django.conf import settings
from django.db import connection

from console.audit.older_database import words
from console.management.operators import OperatorCommand
from robots.server.capacity import describe
from robots.server.preparation import prepare
from robots.server.supervision import Supervisor
from teams.users.services import setup_key


class Command(OperatorCommand):
    """What `make run` runs."""

    help = "Prepare data folder, database, keys and static files, then serve until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = [
            *words(prepare()),
            f"Roster is served at {settings.ROSTER_ORIGIN}/",
            describe(),
        ]
        if key := setup_key():
            lines.append("Nobody has an account yet. The first owner signs up here, once:")
            lines.append(f"  {settings.ROSTER_ORIGIN}/setup/{key}/")
        connection.close()  # what serves has its own
        Supervisor(announce=lambda: self._say(lines)).run()

    def _say(self, lines: list[str]) -> None:
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
