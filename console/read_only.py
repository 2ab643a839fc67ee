"""While Roster takes no changes: who asks whether it does, and what everybody is told.

Verifiers and pages that only show something go on. `console.maintenance` begins and ends it.
"""

from typing import Any

from django.http import HttpRequest

from console import moments
from console.databases import clock
from console.models import Maintenance

TITLE = "Read-only for now"
# It may be over sooner than was said, so nobody is sent away for long.
LONGEST_WAIT = 60


class ReadOnly(Exception):
    """Nothing is changed at this moment; says until when, and after how many seconds to come back."""

    def __init__(self, maintenance: Maintenance) -> None:
        super().__init__(sentence(maintenance))
        self.maintenance = maintenance
        left = int((maintenance.until - clock.now()).total_seconds())
        self.retry_after = max(1, min(left, LONGEST_WAIT))


def require_changes_taken() -> None:
    """Raise `ReadOnly` while none are: one query."""
    if maintenance := Maintenance.objects.under_way():
        raise ReadOnly(maintenance)


def sentence(maintenance: Maintenance) -> str:
    """Until when, and why where somebody said it."""
    until = f"No changes are taken until {moments.absolute(maintenance.until)}"
    reason = maintenance.reason.rstrip(".")
    return f"{until}: {reason}." if reason else f"{until}."


def maintenance_of(request: HttpRequest) -> Maintenance | None:
    """What a page says of it: whoever is signed in has it with their session. Others are told when they send
    something: what they see asks no database, which may be away.
    """
    session: Any = getattr(request, "session", None)
    if not getattr(session, "is_read", False):
        return None
    row: Maintenance | None = session.maintenance
    return row if row is not None and row.holds_at(clock.now()) else None
