"""Watches what is written about robots' rights, in every test.

Verifiers remember rows for as long as an organization's audit chain stands. So whatever the product
writes that decides has to move a chain in the same transaction; and what a test writes past the services
is forgotten for it, since no chain moves by that.
"""

import re
import sys
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.transaction import Atomic

from console.models.events import SITE
from tests.remembered import forget

ROOT = Path(__file__).parent.parent
PRODUCT = tuple(f"{ROOT / app}/" for app in ("console", "robots", "teams"))
TESTS = f"{ROOT / 'tests'}/"
WRITES = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?(?:\s+SET\s+(.*?)\sWHERE\s)?', re.DOTALL
)
COLUMN = re.compile(r'"?(\w+)"? = ')
HEADS = "console_audithead"
# What is deleted there has ended long ago.
PURGES = str(ROOT / "console" / "jobs" / "purges.py")
# What decides about robots, but for the columns that say what became of a thing and decide nothing.
USED = frozenset({"last_used_at", "last_used_address"})
DECIDING: dict[str, frozenset[str]] = {
    "console_organization": frozenset(),
    "console_project": frozenset(),
    "console_repository": frozenset(),
    "console_service": frozenset(),
    "console_servicesecret": frozenset({"last_used_at"}),
    "robots_robot": USED | {"next_expiry_at", "disables_at", "told_days"},
    "robots_robotgrant": frozenset({"told_days"}),
    "robots_secret": USED | {"first_used_at", "handed_over_at"},
    "robots_teamrobot": frozenset(),
    "robots_token": USED
    | {
        "disables_at",
        "told_days",
        "idle_since",
        "since",
        "last_used_agent",
        "last_used_verifier",
        "last_used_repository",
        "refused_on",
        "sorted_end",
    },
    "teams_role": frozenset(),
    "teams_team": frozenset(),
    "teams_teamgrant": frozenset({"told_days"}),
}
# People have tokens, and the site has services: of those, its own chain tells.
ALSO_OF_THE_SITE = {"console_service", "console_servicesecret", "robots_token", "robots_secret"}


@dataclass
class Opened:
    """A transaction or savepoint: what was written in it that decides, and which chains moved."""

    by_product: bool
    written: set[str] = field(default_factory=set)
    heads: set[int] = field(default_factory=set)


class _Stack(threading.local):
    def __init__(self) -> None:
        self.opened: list[Opened] = []


_stack = _Stack()


def _writer() -> str:
    """The file of our nearest function: of the product's, or of a test's; empty for a migration's."""
    frame: FrameType | None = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if name.startswith((TESTS, *PRODUCT)) and name != __file__:
            return "" if "/migrations/" in name else name
        frame = frame.f_back
    return TESTS


def _watch(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    found = WRITES.match(sql)
    if found and found[1] == HEADS:
        _head_moved(sql, params)
    elif found and found[1] in DECIDING and _decides(found[1], found[2]):
        _written(found[1])
    return execute(sql, params, many, context)


def _decides(table: str, assignments: str | None) -> bool:
    return assignments is None or not set(COLUMN.findall(assignments)) <= DECIDING[table]


def _written(table: str) -> None:
    writer = _writer()
    if writer.startswith(TESTS):
        forget()
    elif writer.startswith(PRODUCT) and writer != PURGES and _stack.opened:
        _stack.opened[-1].written.add(table)


def _head_moved(sql: str, params: Any) -> None:
    if _stack.opened and "link" in sql and sql.startswith("UPDATE"):
        _stack.opened[-1].heads.add(params[-1])


def _enter(atomic: Atomic) -> None:
    ENTER(atomic)
    _stack.opened.append(Opened(_writer().startswith(PRODUCT)))


def _exit(atomic: Atomic, kind: Any, fault: Any, trace: Any) -> None:
    ended = _stack.opened.pop()
    if kind is None:
        try:
            _committed(ended)
        except AssertionError as wrong:
            EXIT(atomic, type(wrong), wrong, wrong.__traceback__)
            raise
    EXIT(atomic, kind, fault, trace)


def _committed(ended: Opened) -> None:
    """What a transaction of the product's leaves to the one around it, or it has to be whole by now."""
    outer = _stack.opened[-1] if _stack.opened else None
    if outer:
        outer.heads |= ended.heads
    if outer and outer.by_product:
        outer.written |= ended.written
    elif ended.written and ended.by_product:
        require_moved(ended)


def require_moved(ended: Opened) -> None:
    """What was written that decides came with an event of the organization it is about."""
    chains = _chains(ended.heads)
    assert chains, f"{sorted(ended.written)} written, and no event recorded"
    assert chains != {SITE} or ended.written <= ALSO_OF_THE_SITE, ended.written


def _chains(heads: set[int]) -> set[str]:
    """Asked of the driver, so that no test counts it."""
    if not heads:
        return set()
    with closing(connection.connection.cursor()) as cursor:
        numbers = ", ".join(map(str, heads))
        cursor.execute(f"SELECT chain FROM {HEADS} WHERE id IN ({numbers})")
        return {chain for (chain,) in cursor.fetchall()}


ENTER, EXIT = Atomic.__enter__, Atomic.__exit__


def _watched(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)


def install() -> None:
    """Watch every connection of this process from now on."""
    connection_created.connect(_watched, dispatch_uid="deciding")
    Atomic.__enter__, Atomic.__exit__ = _enter, _exit  # type: ignore[method-assign] # for good
