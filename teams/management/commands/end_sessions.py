"""`end_sessions`: sign one person out of all browsers, or everybody."""

import argparse
from typing import Any

from django.core.management.base import CommandError

from console.audit.recording import OPERATOR
from console.management.operators import OperatorCommand
from teams.models import User
from teams.sign_in.services.sessions import end_sessions


class Command(OperatorCommand):
    """What browsers show next is the sign-in page."""

    help = "Sign somebody out of all browsers, or with --everybody all people."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("email", nargs="?", help="the person's e-mail address")
        who.add_argument("--everybody", action="store_true", help="all people")

    def handle(self, *_: Any, **options: Any) -> None:
        people = User.objects.all()
        if options["email"]:
            email = options["email"].strip().lower()
            people = people.filter(email=email)
            if not people.exists():
                raise CommandError(f"{email} has no account")
        number = sum(end_sessions(actor=OPERATOR, user=user) for user in people.order_by("pk"))
        browsers = "1 browser was" if number == 1 else f"{number:,} browsers were"
        self.stdout.write(f"{browsers} signed out")
