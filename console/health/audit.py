"""Checks of the audit log: what was verified of it, and what is written down outside the database."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from console.audit.checkpoints import oldest_unwritten, place
from console.audit.older_database import unaccepted
from console.audit.recording import names
from console.health.findings import Finding, failed, ok, several, warning
from console.models import AuditCheck, AuditHead
from console.moments import relative

# The job writes hourly.
LATE_AFTER = timedelta(hours=3)
VERIFIED_WITHIN = timedelta(days=2)
MOST_NAMED = 3


def audit_log() -> Finding:
    """What came of verifying every chain the last time."""
    faulty = list(AuditCheck.objects.filter(fault_count__gt=0).values_list("chain", flat=True))
    if faulty:
        named = ", ".join(sorted(names(faulty).values())[:MOST_NAMED])
        return failed(
            f"{several(len(faulty), 'chain was', 'chains were')} changed behind Roster's back ({named})."
            " `manage.py verify_audit` shows where."
        )
    oldest = AuditCheck.objects.order_by("checked_at").values_list("checked_at", flat=True).first()
    if oldest is None:
        return ok("No chain has been verified yet; the job `verify-audit` does so once a day.")
    words = (
        f"Every chain is in order; the oldest check of one was {relative(oldest, timezone.now())}."
    )
    if oldest < timezone.now() - VERIFIED_WITHIN:
        return warning(f"{words} The job `verify-audit` should check each daily.")
    return ok(words)


def checkpoints() -> Finding:
    """Whether the ends of the chains are written down, and go on from where they were."""
    path = settings.ROSTER_AUDIT_CHECKPOINTS
    try:
        behind = unaccepted()
    except OSError as fault:
        return failed(
            f"The file {path} cannot be read: {fault.strerror}. Let this account read and write it."
        )
    if behind:
        return failed(
            "The database is older than its audit log was: an older backup was put back."
            " `manage.py restore_check` says what came back with it."
        )
    if not path.exists() and AuditHead.objects.filter(checkpoint_place=place()).exists():
        return failed(
            f"The file {path} is gone, and with it what tells that a backup is old. Put it back, or find out"
            " who removed it; the job `audit-checkpoints` begins a new one."
        )
    return _written()


def _written() -> Finding:
    """Whether what happened a while ago is written down."""
    since = oldest_unwritten()
    if since and since < timezone.now() - LATE_AFTER:
        return warning(
            f"What happened since {relative(since, timezone.now())} is not written down in a file of"
            " checkpoints. Is `run_jobs` running, and may it write there?"
        )
    return ok("The chains go on from their checkpoints, and those are written hourly.")
