"""Verifying every chain against the checkpoints, and keeping what came out for the owners."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog
from django.utils import timezone

from console import keyring
from console.audit import checkpoints
from console.audit.verification import Fault, Verdict, verify
from console.jobs.running import heartbeat
from console.models import AuditCheck, AuditHead, Event, Organization

KEPT_FAULTS = 20

logger = structlog.get_logger("roster.audit")


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in the chains, and in the file of checkpoints by line."""

    verdicts: list[Verdict]
    file_faults: list[Fault]
    lines: int

    @property
    def fault_count(self) -> int:
        return len(self.file_faults) + sum(count(verdict) for verdict in self.verdicts)


def count(verdict: Verdict) -> int:
    """How many faults a chain has, also those that are not named one by one."""
    return len(verdict.faults) + verdict.more


def inspect(chain: str | None = None, between: Callable[[], object] = heartbeat) -> Report:
    """Verify one chain or all of them, and keep the result of each. Without the right keyring every event
    would be a fault, so nothing is verified then.
    """
    keyring.current()
    known = checkpoints.read()
    names = [chain] if chain else sorted({*known.chains, *_in_database()})
    verdicts = [verify(name, known.chains[name], between) for name in names]
    for verdict in verdicts:
        if not verdict.number and not verdict.faults:
            verdict.add(1, "the chain is missing: an organization begins with an event")
        _keep(verdict)
    return Report(verdicts, known.faults, known.lines)


def _in_database() -> Iterator[str]:
    yield from AuditHead.objects.values_list("chain", flat=True)
    yield from Event.objects.order_by().values_list("chain", flat=True).distinct()
    for uuid in Organization.objects.order_by().values_list("uuid", flat=True):
        yield uuid.hex


def _keep(verdict: Verdict) -> None:
    faults = [[fault.number, fault.text] for fault in verdict.faults[:KEPT_FAULTS]]
    AuditCheck.objects.update_or_create(
        chain=verdict.chain,
        defaults={
            "checked_at": timezone.now(),
            "number": verdict.number,
            "faults": faults,
            "fault_count": count(verdict),
        },
    )


def inspect_daily() -> Report:
    """Verify everything: whatever is wrong is an error in the log, for those who watch it."""
    report = inspect()
    for verdict in report.verdicts:
        for fault in verdict.faults:
            logger.error(
                "the audit log was changed behind Roster's back",
                chain=verdict.chain,
                number=fault.number,
                fault=fault.text,
            )
    for fault in report.file_faults:
        logger.error("the audit checkpoints were changed", line=fault.number, fault=fault.text)
    return report
