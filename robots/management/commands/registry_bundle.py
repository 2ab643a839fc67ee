"""`manage.py registry_bundle`: what a registry trusts, a certificate or the keys themselves."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from console.management.operators import OperatorCommand
from robots.models import SigningKey
from robots.secrets.signing_keys import State, ensure, jwks, registry_bundle


class Command(OperatorCommand):
    """Exports the site's certificate authority or public keys, never a private key."""

    help = "Write what a registry takes as rootcertbundle, or as jwks, to standard output or to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead")
        parser.add_argument("--force", action="store_true", help="overwrite FILE")

        parser.add_argument(
            "--jwks",
            action="store_true",
            help="the keys as a JWK set, for a registry with auth.token.jwks",
        )

    def handle(self, *args: Any, output: Path | None, force: bool, **options: Any) -> None:
        content = _jwks() if options["jwks"] else registry_bundle()
        if output is None:
            sys.stdout.write(content)
            return
        try:
            _write(output.expanduser(), content, force=force)
        except FileExistsError as fault:
            raise CommandError(f"{output} exists; use --force to overwrite it") from fault
        except OSError as fault:
            raise CommandError(f"{output} cannot be written: {fault.strerror}") from fault


def _jwks() -> str:
    """With the key that comes next, so that a copy outlives a rotation."""
    for state in (State.CURRENT, State.NEXT):
        ensure(SigningKey.Purpose.REGISTRY, state)
    return json.dumps(jwks(SigningKey.Purpose.REGISTRY), indent=2) + "\n"


def _write(output: Path, content: str, *, force: bool) -> None:
    is_new = not output.exists()
    with output.open("w" if force else "x") as file:
        file.write(content)
    if is_new:
        output.chmod(0o644)  # it is public, and registries run as somebody else
