"""`delete_organization`: the end of an organization, by whoever has the machine."""

import argparse
import sys
from typing import Any

from django.core.management.base import CommandError

from console.audit.recording import OPERATOR
from console.errors import Conflict
from console.management.operators import OperatorCommand
from console.models import Organization
from robots.access.services.organization_deletion import contents_of, end_organization


class Command(OperatorCommand):
    """Says what goes, and asks for the name once more. There is no way back but a backup."""

    help = "Delete an organization with its projects, robot accounts, tokens and all else in it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slug", help="its name in addresses")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *_: Any, **options: Any) -> None:
        slug = options["slug"]
        organization = Organization.objects.filter(slug=slug).first()
        if organization is None:
            raise CommandError(f"there is no organization {slug}")
        self._say(organization)
        if not options["yes"]:
            self._confirm(slug)
        try:
            end_organization(actor=OPERATOR, organization=organization)
        except Conflict as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{slug} is deleted. The registry still holds what is under {slug}/.")

    def _say(self, organization: Organization) -> None:
        self.stdout.write(f"{organization.name} ({organization.slug}) ends for good, and with it:")
        for what, number in contents_of(organization).items():
            self.stdout.write(f"  {what}: {number:,}")

    def _confirm(self, slug: str) -> None:
        self.stdout.write(f"Type {slug} to delete it: ", ending="")
        self.stdout.flush()
        if sys.stdin.readline().strip() != slug:
            raise CommandError(f"that is not {slug}: nothing was deleted; --yes does not ask")
