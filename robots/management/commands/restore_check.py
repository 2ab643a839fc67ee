"""`restore_check`: what an older backup brought back, and letting the chains go on from it."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError

from console.audit import evidence
from console.audit.evidence import Evidence
from console.audit.older_database import Behind, notice, unaccepted
from console.audit.recording import OPERATOR
from console.audit.services import accept_older_database
from console.audit.verification import Fault
from console.configuration import values
from console.management.operators import OperatorCommand
from console.serving.health import Unready, migrations
from robots.restores.examination import Finding, findings, gaps

HEADINGS = ("EVENT", "WHAT", "NAME", "SINCE THE BACKUP")


def _add_evidence(told: argparse._MutuallyExclusiveGroup) -> None:
    """Where the events since the backup are."""
    told.add_argument(
        "--events", metavar="FILE", help="JSON lines of events since the backup; - reads them"
    )
    told.add_argument(
        "--database", metavar="URL", type=_database, help="a newer database that has the events"
    )


class Command(OperatorCommand):
    """Ends and accepts nothing unless told to. Exit code 1 while something came back or is unknown."""

    help = "Say what an older backup brought back, end it, and accept the database as it is then."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        _add_evidence(parser.add_mutually_exclusive_group())
        parser.add_argument("--end", action="store_true", help="end all that came back")
        parser.add_argument(
            "--keep",
            metavar="EVENT",
            action="append",
            default=[],
            help="leave what this event had ended as it is, say acme:120; may be repeated",
        )
        parser.add_argument(
            "--accept", action="store_true", help="go on from here: /readyz answers 200 again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        _require_migrated()
        told, behind = _evidence(options), unaccepted()
        for line in notice(behind) or ["The database goes on from its newest checkpoints."]:
            self.stdout.write(line)
        if told is None:
            is_open = bool(behind)
            self._say_missing(behind)
        else:
            is_open = self._examine(told, behind, options)
        if options["accept"] and not (is_open and options["end"]):
            self._accept()
        elif is_open:
            sys.exit(1)

    def _say_missing(self, behind: list[Behind]) -> None:
        self._say_gaps(gaps([], behind))
        if behind:
            self.stdout.write("--events or --database tells which these were, and what came back.")

    def _examine(self, told: Evidence, behind: list[Behind], options: dict[str, Any]) -> bool:
        """Say what came back and what is not known; whether something is left of either."""
        chains = evidence.verify(told)
        is_open = self._say_gaps(gaps(chains, behind))
        if told.unread:
            self.stdout.write(f"{told.unread:,} that seemed to be events could not be read.")
        found = _without(options["keep"], findings(chains))
        for line in _table(found):
            self.stdout.write(line)
        number = sum(len(chain.lines) for chain in chains)
        self.stdout.write(f"{number:,} events since the backup; {len(found):,} things came back.")
        left = self._end(found) if options["end"] else len(found)
        return bool(left or is_open or told.unread)

    def _say_gaps(self, found: Iterable[tuple[str, Fault]]) -> bool:
        unknown = list(found)
        for name, fault in unknown:
            self.stdout.write(f"{name}: event {fault.number}: {fault.text}")
        return bool(unknown)

    def _end(self, found: list[Finding]) -> int:
        """End all that is certain; how much is left."""
        hindered = [(each, hindrance) for each in found if (hindrance := each.end())]
        for each, hindrance in hindered:
            self.stdout.write(f"{each.place} is not ended: {hindrance}")
        self.stdout.write(f"{len(found) - len(hindered):,} of {len(found):,} are ended.")
        return len(hindered)

    def _accept(self) -> None:
        accepted = accept_older_database(actor=OPERATOR)
        self.stdout.write(
            "Accepted: the audit log goes on from here, and /readyz answers 200."
            if accepted
            else "There was nothing to accept."
        )


def _database(text: str) -> str:
    """The URL; the words about a wrong one do not repeat its password."""
    try:
        return values.database_url(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from fault


def _require_migrated() -> None:
    try:
        migrations()
    except Unready as fault:
        raise CommandError(f"{fault}: run `manage.py migrate` first") from fault


def _evidence(options: dict[str, Any]) -> Evidence | None:
    """What was told of what came later, if anything was."""
    try:
        if options["database"]:
            return evidence.from_database(options["database"])
        if options["events"] == "-":
            return evidence.from_lines(sys.stdin)
        if options["events"]:
            with Path(options["events"]).open(encoding="utf-8", errors="replace") as file:
                return evidence.from_lines(file)
    except OSError as fault:
        raise CommandError(f"{options['events']}: {fault.strerror}") from fault
    except DatabaseError as fault:
        raise CommandError(f"the newer database cannot be read: {fault}") from fault
    return None


def _without(kept: list[str], found: list[Finding]) -> list[Finding]:
    """All but those to keep. One that was mistyped would be ended, so it is refused before anything is."""
    if unknown := sorted({*kept} - {each.place for each in found}):
        raise CommandError(f"nothing that came back is called {', '.join(unknown)}: see --keep")
    return [each for each in found if each.place not in kept]


def _table(found: list[Finding]) -> Iterator[str]:
    """A line for each, in columns."""
    rows = [(each.place, each.revived.kind, each.revived.name, _fate(each)) for each in found]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    for row in [HEADINGS, *rows] if rows else []:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _fate(finding: Finding) -> str:
    doubt = "" if finding.line.is_verified else " (not verified)"
    return finding.revived.fate + doubt
