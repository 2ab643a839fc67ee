"""`manage.py migrate`: Django's, which says first what it will do, and asks somebody at a terminal."""

import sys
from functools import partial
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from console.migrating.plan import plan_now
from console.migrating.requirements import require_changeable, require_not_newer
from console.migrating.waiting import stepping_back
from console.migrating.words import lines

# With one of these somebody knows Django's command, and gets it.
OF_DJANGO = ("app_label", "check_unapplied", "fake", "fake_initial", "prune", "run_syncdb")


class Command(migrate.Command):
    """All of Django's options do what they do there; `--plan` says it in words, with rows and time."""

    # As other commands for operators: Django's checks are of the code.
    requires_system_checks = ()
    help = (
        "Bring the database to this version. Says what that does to which table of how many rows and how"
        " long it takes, and asks at a terminal before it begins."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not any(options[name] for name in OF_DJANGO):
            require_not_newer()
            if options["plan"]:
                self._say()
                return
            require_changeable()
            if options["verbosity"] and self._say() and options["interactive"]:
                self._confirm()
        run = partial(super().handle, *args, **options)
        stepping_back(connections[options["database"]], run, self.stderr.write)

    def _say(self) -> bool:
        """Print the plan; whether there is anything in it to ask about."""
        plan = plan_now()
        for line in lines(plan):
            self.stdout.write(line)
        return bool(plan.migrations) and not plan.is_new

    def _confirm(self) -> None:
        if not (self.stdout.isatty() and sys.stdin.isatty()):
            return
        self.stdout.write("Begin? [y/n]: ", ending="")
        self.stdout.flush()
        if not sys.stdin.readline().strip().lower().startswith("y"):
            raise CommandError("nothing was changed; --no-input does not ask")
