"""While Roster takes no changes: who asks whether it does, and what everybody is told.

Verifiers and pages that only show something go on. `console.maintenance` begins and ends it.
"""

from typing import Any

from django.db import Error
from django.http import HttpRequest

from console import moments
from console.databases import clock
from console.models import Maintenance

TITLE = "Read-only for now"
# It may be over sooner than was said, so nobody is sent away for long.
LONGEST_WAIT = 60
# Where a request keeps what was found out for it.
KEPT = "_roster_maintenance"


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
    """What a page says of it. Whoever is signed in has it with their session, which costs no query."""
    kept = vars(request)
    if KEPT not in kept:
        kept[KEPT] = _asked(getattr(request, "session", None))
    found: Maintenance | None = kept[KEPT]
    return found


def _asked(session: Any) -> Maintenance | None:  # noqa: ANN401 - Django's, or ours
    if getattr(session, "is_read", False):
        row: Maintenance | None = session.maintenance
        return row if row is not None and row.holds_at(clock.now()) else None
    try:
        return Maintenance.objects.under_way()
    except Error:  # the page says what is wrong, and a banner is no reason to say less
        return None
