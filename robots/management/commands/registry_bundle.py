"""`manage.py registry_bundle`: the certificate that a registry trusts."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from robots.secrets.signing_keys import registry_bundle


class Command(BaseCommand):
    """Exports the site's certificate authority, never a private key."""

    help = "Write the PEM for a registry's rootcertbundle to standard output or to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead")
        parser.add_argument("--force", action="store_true", help="overwrite FILE")

    def handle(self, *args: Any, output: Path | None, force: bool, **options: Any) -> None:
        pem = registry_bundle()
        if output is None:
            sys.stdout.write(pem)
            return
        try:
            _write(output.expanduser(), pem, force=force)
        except FileExistsError as fault:
            raise CommandError(f"{output} exists; use --force to overwrite it") from fault
        except OSError as fault:
            raise CommandError(f"{output} cannot be written: {fault.strerror}") from fault


def _write(output: Path, pem: str, *, force: bool) -> None:
    is_new = not output.exists()
    with output.open("w" if force else "x") as file:
        file.write(pem)
    if is_new:
        output.chmod(0o644)  # it is public, and registries run as somebody else
