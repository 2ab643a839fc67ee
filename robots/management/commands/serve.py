"""`manage.py serve`: prepare the installation and run the server until it is stopped."""

from typing import Any

from django.conf import settings
from django.db import connection

from console.audit.older_database import words as unaccepted_words
from console.configuration.lines import TEXT
from console.management.operators import OperatorCommand
from robots.server.greeting import greeting
from robots.server.preparation import prepare
from robots.server.supervision import Supervisor


class Command(OperatorCommand):
    """What `make run` runs."""

    help = "Prepare data folder, database, keys and static files, then serve until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ROSTER_LOG_FORMAT == TEXT:
            self._say(f"Preparing Roster in {settings.ROSTER_DATA} …\n")
        words = greeting(unaccepted_words(prepare()))
        connection.close()  # what serves has its own
        Supervisor(announce=lambda: self._say(words)).run()

    def _say(self, words: str) -> None:
        self.stdout.write(words, ending="")
        self.stdout.flush()
