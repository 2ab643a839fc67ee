"""What many tests begin with, made once in a transaction that stays open from one test to the next.

A test of a world runs in a savepoint inside, like one of a class with Django's `setUpTestData`, and
what it did is undone. The tests of one world run together.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.snapshots import undone

# Each is made inside the one before. They are called like the fixtures that tests ask for.
WORLDS = ("cast", "furnished")


def worlds_of(test: pytest.Item) -> Sequence[str]:
    """The worlds that a test begins with: none when it commits what it does."""
    fixtures: list[str] = getattr(test, "fixturenames", [])
    mark = test.get_closest_marker("django_db")
    commits = mark is not None and mark.kwargs.get("transaction", False)
    if commits or not {"transactional_db", "live_server"}.isdisjoint(fixtures):
        return ()
    return [name for name in WORLDS if name in fixtures]


@dataclass(frozen=True)
class World:
    """One that is open; to close `transaction` ends it."""

    name: str
    content: Any
    made_at: datetime
    transaction: ExitStack

    def fits(self, name: str) -> bool:
        """Whether a test may begin with it now: a world is of the day that the clock shows."""
        now = timezone.now()
        return self.name == name and self.made_at <= now and self.made_at.date() == now.date()


class OpenWorlds:
    """The worlds that are open, each inside the one before; `makers` make what is in them."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        self.makers = makers
        self.worlds: list[World] = []

    def enter(self, names: Sequence[str]) -> None:
        """Open the worlds of these names, and close all others."""
        while self.worlds and not self._fit(names):
            self.worlds.pop().transaction.close()
        for name in names[len(self.worlds) :]:
            self._open(name)

    def _fit(self, names: Sequence[str]) -> bool:
        if len(self.worlds) > len(names) or connection.needs_rollback:
            return False
        return all(world.fits(name) for world, name in zip(self.worlds, names, strict=False))

    def _open(self, name: str) -> None:
        made_at = timezone.now()
        with ExitStack() as transaction:
            transaction.enter_context(undone())
            content = self.makers[name]()
            self.worlds.append(World(name, content, made_at, transaction.pop_all()))

    def content(self, name: str) -> Any:
        """What the maker of an open world has returned; nothing where none of this name is open."""
        return next((world.content for world in self.worlds if world.name == name), None)
