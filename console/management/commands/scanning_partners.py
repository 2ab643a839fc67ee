"""`manage.py scanning_partners`: who may report leaked secrets in numbers, and the keys they sign with."""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from console.audit.recording import OPERATOR
from console.errors import Conflict
from console.management.operators import OperatorCommand
from console.models import ScanningKey, ScanningPartner
from console.moments import absolute
from console.scanning.published import read_published
from console.scanning.services import (
    add_key,
    create_partner,
    delete_partner,
    remove_key,
    take_keys,
)

HEADINGS = ("PARTNER", "KEY", "ADDED", "BY")
STDIN = "-"
# No partner publishes as much.
LONGEST = 262_144


class Command(OperatorCommand):
    """Lists them unless told otherwise. Nothing is fetched: whoever runs it brings the keys."""

    help = "List scanning partners and their public keys; add and remove them."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--add", metavar="NAME", help="let somebody report leaked secrets")
        ways.add_argument("--delete", metavar="NAME", help="take no more reports, with any key")
        ways.add_argument(
            "--add-key",
            nargs=3,
            metavar=("NAME", "IDENTIFIER", "FILE"),
            help="believe one public key, in PEM; - reads it",
        )
        ways.add_argument(
            "--take-keys",
            nargs=2,
            metavar=("NAME", "FILE"),
            help="make its keys those of the JSON document that it publishes; - reads it",
        )
        ways.add_argument("--remove-key", metavar="IDENTIFIER", help="believe a key no longer")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = next((name for name in WAYS if options[name] is not None), None)
        lines = WAYS[chosen](options[chosen]) if chosen else _table()
        try:
            for line in lines:
                self.stdout.write(line)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        except Conflict as fault:
            raise CommandError(str(fault)) from fault


def _add(name: str) -> Iterator[str]:
    made = create_partner(actor=OPERATOR, name=name.strip())
    yield f"{made} may report leaked secrets, once it has a key"


def _delete(name: str) -> Iterator[str]:
    delete_partner(actor=OPERATOR, partner=_partner(name))
    yield f"{name} is deleted: its reports are refused"


def _add_key(words: list[str]) -> Iterator[str]:
    name, identifier, file = words
    pem = _content(file)
    add_key(actor=OPERATOR, partner=_partner(name), identifier=identifier, public_pem=pem)
    yield _believed(identifier)


def _take_keys(words: list[str]) -> Iterator[str]:
    name, file = words
    published = read_published(_content(file))
    taken = take_keys(actor=OPERATOR, partner=_partner(name), published=published)
    yield from map(_refused, taken.removed)
    yield from map(_believed, taken.added)
    yield f"{name} has {len(published)} keys now"


def _remove_key(identifier: str) -> Iterator[str]:
    key = ScanningKey.objects.select_related("partner").filter(identifier=identifier).first()
    if key is None:
        raise CommandError(f"no partner has a key {identifier}")
    remove_key(actor=OPERATOR, key=key)
    yield _refused(identifier)


WAYS: dict[str, Callable[[Any], Iterator[str]]] = {
    "add": _add,
    "delete": _delete,
    "add_key": _add_key,
    "take_keys": _take_keys,
    "remove_key": _remove_key,
}


def _believed(identifier: str) -> str:
    return f"what {identifier} signs is believed from now on"


def _refused(identifier: str) -> str:
    return f"what {identifier} signs is refused from now on"


def _partner(name: str) -> ScanningPartner:
    found = ScanningPartner.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f"there is no scanning partner {name}")
    return found


def _content(file: str) -> str:
    try:
        if file == STDIN:
            return sys.stdin.read(LONGEST)
        with Path(file).open(encoding="ascii") as opened:
            return opened.read(LONGEST)
    except UnicodeDecodeError as fault:
        raise CommandError(f"{file} is neither JSON nor PEM") from fault
    except OSError as fault:
        raise CommandError(f"{file}: {fault.strerror}") from fault


def _table() -> Iterator[str]:
    """A line for each key, and one for a partner that has none."""
    rows = [HEADINGS]
    for partner in ScanningPartner.objects.prefetch_related("keys"):
        keys = list(partner.keys.all())
        rows += [
            (str(partner), key.identifier, absolute(key.created_at), key.created_by) for key in keys
        ]
        rows += [] if keys else [(str(partner), "none", "", "")]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "   ".join(cells).rstrip()
