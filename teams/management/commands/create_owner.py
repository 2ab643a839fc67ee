"""`create_owner`: the first account and its organization, unattended."""

import argparse
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from console.audit.recording import OPERATOR
from console.errors import Conflict
from console.management.operators import OperatorCommand
from console.models import Organization
from teams.users.services import create_first_owner, create_organization


class Command(OperatorCommand):
    """Does what the set-up link does. All of it happens, or nothing."""

    help = "Create the first owner and an organization; the password is read from standard input."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="", help="the person's name")
        parser.add_argument("--organization", required=True, help="its name in addresses")
        parser.add_argument("--display-name", default="", help="the organization's display name")
        parser.add_argument("--password-stdin", action="store_true", required=True)

    def handle(self, *_: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise CommandError("no password on standard input")
        try:
            organization = self._create(password, options)
        except (ValidationError, Conflict) as error:
            messages = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise CommandError(" ".join(messages)) from error
        self.stdout.write(f"{options['email']} owns {organization.slug}")

    @transaction.atomic
    def _create(self, password: str, options: dict[str, Any]) -> Organization:
        owner = create_first_owner(
            actor=OPERATOR, email=options["email"], name=options["name"], password=password
        )
        slug = options["organization"]
        name = options["display_name"] or slug.replace("-", " ").title()
        return create_organization(actor=owner, slug=slug, name=name)
