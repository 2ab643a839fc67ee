"""`manage.py serve`: prepare the installation and run the server until it is stopped."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from robots.server.preparation import prepare
from robots.server.supervision import Supervisor
from teams.users.services import setup_key


class Command(BaseCommand):
    """What `make run` runs."""

    help = "Prepare data folder, database, keys and static files, then serve until stopped."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        prepare()
        self._say(f"Roster is served at {settings.ROSTER_ORIGIN}/")
        if key := setup_key():
            self._say("Nobody has an account yet. The first owner signs up here, once:")
            self._say(f"  {settings.ROSTER_ORIGIN}/setup/{key}/")
        Supervisor().run()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
