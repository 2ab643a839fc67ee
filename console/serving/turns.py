"""Pages compute one at a time, so that whoever computes little gets the processor between them.

Python runs one thread at a time. With several that compute, each verifier would wait for all of them in turn.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections

Result = TypeVar("Result")

# A page that waited so long goes on beside the others: what it waits for may wait for it.
PATIENCE_SECONDS = 0.1


class Turn:
    """Whose turn it is to compute. It is free while a page waits for the database."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._lock, self._patience = threading.Lock(), patience
        self._own = threading.local()

    def watch(self) -> None:
        """Give the turn away while this thread's connections wait."""
        for connection in connections.all():
            connection.execute_wrappers.append(self._execute)

    def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises, in this thread's turn."""
        self._take()
        try:
            return work()
        finally:
            self._give()

    def _take(self) -> None:
        self._own.has = self._lock.acquire(timeout=self._patience)

    def _give(self) -> None:
        if self._own.has:
            self._lock.release()
            self._own.has = False

    def _execute(self, execute: Callable[..., Any], *statement: Any) -> Any:  # noqa: ANN401 - Django's own
        if not getattr(self._own, "has", False):
            return execute(*statement)
        self._give()
        try:
            return execute(*statement)
        finally:
            self._take()
