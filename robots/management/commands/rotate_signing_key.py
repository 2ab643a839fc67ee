"""`manage.py rotate_signing_key`: let the next key of a purpose sign from now on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from console.audit.recording import OPERATOR
from robots.models import SigningKey
from robots.secrets.signing_keys import rotate

Purpose = SigningKey.Purpose


class Command(BaseCommand):
    """Retires the present key, which stays published; running servers change within 5 seconds."""

    help = "Make the next signing key of a purpose the current one."

    def add_arguments(self, parser: CommandParser) -> None:
        rotated = [purpose for purpose in Purpose.values if purpose != Purpose.REGISTRY_CA]
        parser.add_argument("purpose", choices=rotated)

    def handle(self, *args: Any, purpose: str, **options: Any) -> None:
        key = rotate(purpose, actor=OPERATOR)
        self.stdout.write(f"{purpose} is signed with {key.kid} from now on")
