"""What both databases can do for a backup, and which of them this installation has."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections


class Store(Protocol):
    """`kind` is how manifests call the database, `file` what they call the copy."""

    kind: str
    file: str

    def snapshot(self, target: Path) -> AbstractContextManager[None]:
        """Copy the database to `target`; inside, the process speaks to it as it was at that moment."""
        ...

    def scratch(self, copy: Path) -> AbstractContextManager[None]:
        """Put a copy into a place that goes afterwards; inside, the process speaks to it."""
        ...

    def put_back(self, copy: Path, prove: Callable[[], object]) -> str:
        """Make a copy the database once `prove` finds no fault; say where the one before is now, if it is."""
        ...


@contextmanager
def speaking_to(settings: dict[str, Any]) -> Iterator[None]:
    """Let this process speak to another database, as if it were its own."""
    before = connections.settings[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS].close()
    _speak_to(before | settings)
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        _speak_to(before)


def _speak_to(settings: dict[str, Any]) -> None:
    del connections[DEFAULT_DB_ALIAS]
    connections.settings[DEFAULT_DB_ALIAS] = settings
