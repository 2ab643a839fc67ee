"""`maintenance`: let Roster take no changes for a while, while every verifier goes on."""

import argparse
import json
import re
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from console import moments
from console.audit.recording import OPERATOR
from console.databases import clock
from console.errors import Conflict
from console.maintenance.services import begin_maintenance, end_maintenance
from console.management.operators import OperatorCommand
from console.models import Maintenance
from console.read_only import sentence

LENGTH = re.compile(r"(\d{1,5})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
USUAL = timedelta(hours=1)
OFF = "changes are taken"


def end(text: str) -> datetime | timedelta:
    """A moment with its time zone (RFC 3339), or how long from now: `90m`, `2h`, `1d`."""
    if found := LENGTH.fullmatch(text):
        return timedelta(**{UNITS[found[2]]: int(found[1])})
    moment = parse_datetime(text)
    if moment is None or timezone.is_naive(moment):
        raise ValueError
    return moment


class Command(OperatorCommand):
    """Counts from the next request on, in every process over the database."""

    help = "Let Roster take no changes for a while. Verifiers go on; pages can be read."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True, metavar="on|off|status")
        on = ways.add_parser("on", help="take no changes; once more moves the end")
        on.add_argument("--reason", default="", help="what everybody reads, 200 characters at most")
        on.add_argument(
            "--until",
            type=end,
            default=USUAL,
            metavar="END",
            help="a moment (2030-01-31T20:00Z) or 90m, 2h, 1d at most; 1h unless given",
        )
        ways.add_parser("off", help="take changes again")
        status = ways.add_parser("status", help="whether changes are taken")
        status.add_argument("--json", action="store_true", help="print a JSON document")

    def handle(self, *_: Any, way: str, **options: Any) -> None:
        if way == "on":
            self._on(options["until"], options["reason"].strip())
        elif way == "off":
            end_maintenance(actor=OPERATOR)
            self.stdout.write(OFF)
        else:
            self._status(as_json=options["json"])

    def _on(self, until: datetime | timedelta, reason: str) -> None:
        moment = clock.now() + until if isinstance(until, timedelta) else until
        try:
            begun = begin_maintenance(actor=OPERATOR, until=moment, reason=reason)
        except Conflict as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(sentence(begun))
        self.stdout.write(
            "Verifiers go on, jobs wait. What is under way ends within seconds. `maintenance off` ends it"
            " earlier; at its end changes are taken by themselves."
        )

    def _status(self, *, as_json: bool) -> None:
        now_on = Maintenance.objects.under_way()
        if as_json:
            self.stdout.write(json.dumps(_document(now_on), indent=2, ensure_ascii=False))
        elif now_on is None:
            self.stdout.write(OFF)
        else:
            since = moments.absolute(now_on.begun_at)
            self.stdout.write(f"{sentence(now_on)} It began on {since}.")


def _document(now_on: Maintenance | None) -> dict[str, Any]:
    if now_on is None:
        return {"read_only": False}
    return {
        "read_only": True,
        "since": now_on.begun_at.isoformat(),
        "until": now_on.until.isoformat(),
        "reason": now_on.reason,
    }
