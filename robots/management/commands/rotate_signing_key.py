"""`manage.py rotate_signing_key`: let the next key of a purpose sign from now on."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from console.audit.recording import OPERATOR
from console.management.operators import OperatorCommand
from robots.models import SigningKey
from robots.secrets.key_changes import rotate

Purpose = SigningKey.Purpose


class Command(OperatorCommand):
    """Retires the present key, which stays published; running servers change within 5 seconds."""

    help = "Make the next signing key of a purpose the current one."

    def add_arguments(self, parser: CommandParser) -> None:
        rotated = [purpose for purpose in Purpose.values if purpose != Purpose.REGISTRY_CA]
        parser.add_argument("purpose", choices=rotated)
        parser.add_argument(
            "--unannounced",
            action="store_true",
            help="also where verifiers that remember keys for five minutes do not know it yet",
        )

    def handle(self, *args: Any, purpose: str, unannounced: bool, **options: Any) -> None:
        try:
            key = rotate(purpose, actor=OPERATOR, unannounced=unannounced)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        self.stdout.write(f"{purpose} is signed with {key.kid} from now on")
