"""`verify_audit`: whether anybody changed the audit log behind Roster's back, and where."""

import argparse
import json
import sys
from typing import Any

from django.core.management.base import CommandError

from console.audit.inspection import Report, count, inspect
from console.audit.recording import chain_of, names
from console.management.operators import OperatorCommand
from console.models import AuditHead, Organization


class Command(OperatorCommand):
    """Walks along all chains, or one. Exit code 1 when anything is wrong, one line for each fault."""

    help = "Verify the audit log's chains and the checkpoints outside the database."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--organization",
            metavar="SLUG",
            help="this organization's chain alone, also after its deletion",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        report = inspect(_chain(options["organization"]))
        called = names([verdict.chain for verdict in report.verdicts])
        lines = (
            [json.dumps(_document(report, called))] if options["json"] else _lines(report, called)
        )
        for line in lines:
            self.stdout.write(line)
        if report.fault_count:
            sys.exit(1)


def _chain(slug: str | None) -> str | None:
    if slug is None:
        return None
    organization = Organization.objects.filter(slug=slug).first()
    if organization is not None:
        return chain_of(organization)
    ended = AuditHead.objects.filter(deleted_organization=slug).order_by("id").last()
    if ended is None:
        raise CommandError(f"there is no organization {slug}")
    return ended.chain


def _lines(report: Report, called: dict[str, str]) -> list[str]:
    lines = [
        f"{called[verdict.chain]}: event {fault.number}: {fault.text}"
        for verdict in report.verdicts
        for fault in verdict.faults
    ]
    lines += [
        f"{called[verdict.chain]}: and {verdict.more:,} more"
        for verdict in report.verdicts
        if verdict.more
    ]
    lines += [f"checkpoints: line {fault.number}: {fault.text}" for fault in report.file_faults]
    events = sum(verdict.events for verdict in report.verdicts)
    checked = f"{len(report.verdicts):,} chains, {events:,} events, {report.lines:,} checkpoints"
    return [*lines, f"{checked}: {_count(report.fault_count)}"]


def _count(faults: int) -> str:
    if not faults:
        return "all in order"
    return "1 fault" if faults == 1 else f"{faults:,} faults"


def _document(report: Report, called: dict[str, str]) -> dict[str, Any]:
    chains = [
        {
            "chain": verdict.chain,
            "name": called[verdict.chain],
            "events": verdict.events,
            "end": verdict.number,
            "fault_count": count(verdict),
            "faults": [{"number": fault.number, "text": fault.text} for fault in verdict.faults],
        }
        for verdict in report.verdicts
    ]
    file_faults = [{"line": fault.number, "text": fault.text} for fault in report.file_faults]
    checked = {"lines": report.lines, "faults": file_faults}
    return {"ok": not report.fault_count, "chains": chains, "checkpoints": checked}
