"""`manage.py withdraw_signing_key`: let nobody believe a key that leaked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from console.audit.recording import OPERATOR
from console.management.operators import OperatorCommand
from robots.secrets.key_changes import REGISTRIES, withdraw

TELL_REGISTRIES = (
    "Registries take tokens of the new key already. So that they refuse what is signed with the old"
    " one, give each the new bundle (registry_bundle, or registry_bundle --jwks) and restart it now."
)


class Command(OperatorCommand):
    """The next key signs at once; verifiers hear of it when they ask again, within five minutes."""

    help = "Withdraw a signing key that leaked; signing_keys lists them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kid", help="the key's name")

    def handle(self, *args: Any, kid: str, **options: Any) -> None:
        try:
            row = withdraw(kid, actor=OPERATOR)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        self.stdout.write(f"{row.kid} is withdrawn: nothing signed with it is to be believed")
        if row.purpose in REGISTRIES:
            self.stdout.write(TELL_REGISTRIES)
