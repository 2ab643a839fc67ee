"""`lift_sign_in_rules`: the way back into an organization that lets nobody in."""

import argparse
from typing import Any

from django.core.management.base import CommandError

from console.audit.recording import OPERATOR
from console.errors import Conflict
from console.management.operators import OperatorCommand
from console.models import Organization
from teams.sign_in_rules.services import lift_sign_in_rules


class Command(OperatorCommand):
    """What it lifts is in the audit log, so that owners can set it again."""

    help = "Let the people of an organization in from everywhere again."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slug", help="its name in addresses")
        parser.add_argument(
            "--factor", action="store_true", help="also without a second factor or a passkey"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        slug = options["slug"]
        organization = Organization.objects.filter(slug=slug).first()
        if organization is None:
            raise CommandError(f"there is no organization {slug}")
        try:
            lifted = lift_sign_in_rules(
                actor=OPERATOR, organization=organization, factor=options["factor"]
            )
        except Conflict as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_words(slug, lifted=lifted, factor=options["factor"]))


def _words(slug: str, *, lifted: bool, factor: bool) -> str:
    if not lifted:
        return f"{slug} has no such rule: nothing was changed"
    without = ", without a second factor" if factor else ""
    return f"people come into {slug} from everywhere again{without}"
