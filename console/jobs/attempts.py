"""An outbox: rows that wait, each tried again and again by whoever claims its next attempt."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils import timezone

from console.jobs import running

# After so long nothing further is begun: a server that hangs must not outlast the job's lease.
RUN_FOR = timedelta(minutes=1)


class Waiting(Protocol):
    """A row of an outbox."""

    pk: Any
    attempts: Any
    due_at: Any


def claim(row: Waiting, waiting: QuerySet[Any], wait: timedelta) -> bool:
    """Make the next attempt ours: whoever else saw this row among those `waiting` finds it moved.

    What dies between here and the note of how it went is tried again after `wait`.
    """
    seen = waiting.filter(pk=row.pk, attempts=row.attempts)
    row.due_at = timezone.now() + wait
    row.attempts += 1
    return seen.update(attempts=row.attempts, due_at=row.due_at) == 1


def may_go_on(began: datetime) -> bool:
    """Whether a run that began then may try another row."""
    return not running.stopping.is_set() and timezone.now() <= began + RUN_FOR
