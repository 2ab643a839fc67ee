"""`account_link`: somebody's links, printed once, for an operator to hand over."""

import argparse
from typing import Any

from django.core.management.base import CommandError

from console.audit.recording import OPERATOR
from console.management.operators import OperatorCommand
from teams.users.links import show_links


class Command(OperatorCommand):
    """Prints to standard output alone: whoever reads the log must not get in."""

    help = "Print the links by which a person joins, or sets a new password, instead of an e-mail."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email", help="the person's e-mail address")

    def handle(self, *_: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        links = show_links(actor=OPERATOR, email=email)
        if not links:
            raise CommandError(f"{email} has neither an account nor an open invitation")
        for link in links:
            self.stdout.write(f"{link.purpose}:\n  {link.url}")
