"""Watches what is written about robots' rights, in every test.

Verifiers remember rows for as long as an organization's audit chain stands. So whatever the product
writes that decides has to move a chain in the same transaction; and what a test writes past the services
is forgotten for it, since no chain moves by that.
"""

import re
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.transaction import Atomic

from console.models import AuditHead
from console.models.events import SITE
from robots.verifiers.memory import memory

ROOT = Path(__file__).parent.parent
PRODUCT = tuple(f"{ROOT / app}/" for app in ("console", "robots", "teams"))
TESTS = f"{ROOT / 'tests'}/"
WRITES = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?(?:\s+SET\s+(.*?)\sWHERE\s)?', re.DOTALL
)
COLUMN = re.compile(r'"?(\w+)"? = ')
HEADS = "console_audithead"
# What decides about robots, but for the columns that say what became of a thing and decide nothing.
USED = frozenset({"last_used_at", "last_used_address"})
DECIDING: dict[str, frozenset[str]] = {
    "console_organization": frozenset(),
    "console_project": frozenset(),
    "console_repository": frozenset(),
    "robots_robot": USED | {"next_expiry_at"},
    "robots_robotgrant": frozenset(),
    "robots_secret": USED | {"first_used_at", "handed_over_at"},
    "robots_teamrobot": frozenset(),
    "robots_token": USED
    | {"idle_since", "last_used_agent", "last_used_verifier", "last_used_repository", "refused_on"},
    "teams_role": frozenset(),
    "teams_team": frozenset(),
    "teams_teamgrant": frozenset(),
}
# People have tokens, too, which are the site's to tell of, and are not remembered.
ALSO_OF_PEOPLE = {"robots_token", "robots_secret"}


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


def _is_of_product() -> bool:
    """Whether our nearest function is the product's, and no test's."""
    frame: FrameType | None = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if name.startswith(TESTS) and name != __file__:
            return False
        if name.startswith(PRODUCT):
            return "/migrations/" not in name
        frame = frame.f_back
    return False


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
    if not _is_of_product():
        memory.forget()
    elif _stack.opened:
        _stack.opened[-1].written.add(table)


def _head_moved(sql: str, params: Any) -> None:
    if _stack.opened and "link" in sql and sql.startswith("UPDATE"):
        _stack.opened[-1].heads.add(params[-1])


def _enter(atomic: Atomic) -> None:
    ENTER(atomic)
    _stack.opened.append(Opened(_is_of_product()))


def _exit(atomic: Atomic, kind: Any, fault: Any, trace: Any) -> None:
    ended = _stack.opened.pop()
    if kind is None and ended.written:
        outer = _stack.opened[-1] if _stack.opened else None
        if outer and outer.by_product:
            outer.written |= ended.written
        elif ended.by_product:
            require_moved(ended)
    if kind is None and _stack.opened:
        _stack.opened[-1].heads |= ended.heads
    EXIT(atomic, kind, fault, trace)


def require_moved(ended: Opened) -> None:
    """What was written that decides came with an event of the organization it is about."""
    chains = set(AuditHead.objects.filter(pk__in=ended.heads).values_list("chain", flat=True))
    assert chains, f"{sorted(ended.written)} written, and no event recorded"
    assert chains != {SITE} or ended.written <= ALSO_OF_PEOPLE, ended.written


ENTER, EXIT = Atomic.__enter__, Atomic.__exit__


def _watched(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)


def install() -> None:
    """Watch every connection of this process from now on."""
    connection_created.connect(_watched, dispatch_uid="deciding")
    Atomic.__enter__, Atomic.__exit__ = _enter, _exit  # type: ignore[method-assign] # for good
