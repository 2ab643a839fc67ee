"""Checking secrets that people chose: slow on purpose, so one at a time in a process.

Right ones are remembered under a key that only this process has; what is remembered is that this
secret fits this hash, so neither a new secret nor a state is ever overtaken by it.
"""

import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar
from uuid import UUID

from console import keyring
from console.errors import TooMany
from robots.base.credentials import PURPOSE, matches_own
from robots.secrets import secret_throttle, seen_addresses

MAX_REMEMBERED = 4096
RETRY_AFTER_SECONDS = 1
PATIENCE_SECONDS = 1.0
MAX_WAITING = 2


class Remembered:
    """The latest right secrets, as digests that are worth nothing elsewhere."""

    def __init__(self, size: int) -> None:
        self.size, self.key, self.lock = size, secrets.token_bytes(32), threading.Lock()
        self.known: OrderedDict[bytes, None] = OrderedDict()

    def mark_of(self, secret_id: int, stored: str, secret: str) -> bytes:
        """What stands for this secret beside this hash; a NUL is in neither."""
        return hmac.digest(self.key, f"{secret_id}\0{stored}\0{secret}".encode(), "sha256")

    def has(self, mark: bytes) -> bool:
        with self.lock:
            if mark not in self.known:
                return False
            self.known.move_to_end(mark)
            return True

    def add(self, mark: bytes) -> None:
        with self.lock:
            self.known[mark] = None
            if len(self.known) > self.size:
                self.known.popitem(last=False)


remembered = Remembered(MAX_REMEMBERED)
_checking = threading.Lock()
_waiting = threading.BoundedSemaphore(MAX_WAITING)


class OwnSecret(Protocol):
    """A stored own secret, as a row of the hot path or as a model."""

    @property
    def id(self) -> int: ...
    @property
    def argon2_hash(self) -> str: ...
    @property
    def root_number(self) -> int: ...
    @property
    def access_id(self) -> UUID: ...


Row = TypeVar("Row", bound=OwnSecret)


def right_one(rows: Sequence[Row], secret: str, address: str) -> Row | None:
    """The one of `rows` whose secret this is.

    What is remembered costs no try, so that guesses lock out nobody who logged in before. Raises
    `TooMany` while another check runs, and after too many wrong ones.
    """
    if known := _remembered(rows, secret):
        return known
    tokens = {row.access_id for row in rows}
    secret_throttle.require_try(tokens, address)
    with _turn(tokens, address):
        return _remembered(rows, secret) or _checked(rows, secret, address)


def _remembered(rows: Sequence[Row], secret: str) -> Row | None:
    return next((row for row in rows if remembered.has(_mark(row, secret))), None)


def _mark(row: OwnSecret, secret: str) -> bytes:
    return remembered.mark_of(row.id, row.argon2_hash, secret)


@contextmanager
def _turn(tokens: Collection[UUID], address: str) -> Iterator[None]:
    """One check at a time. Raises `TooMany` while another one runs, unless it is worth waiting for."""
    if not (_checking.acquire(blocking=False) or _waited(tokens, address)):
        raise TooMany("Another check is under way. Try again.", RETRY_AFTER_SECONDS)
    try:
        yield
    finally:
        _checking.release()


def _waited(tokens: Collection[UUID], address: str) -> bool:
    """Wait for the turn, in two threads at most, of whoever comes from where the token was used lately:
    strangers who keep this busy do not keep them out.
    """
    if not seen_addresses.know(tokens, address) or not _waiting.acquire(blocking=False):
        return False
    try:
        return _checking.acquire(timeout=PATIENCE_SECONDS)
    finally:
        _waiting.release()


def _checked(rows: Sequence[Row], secret: str, address: str) -> Row | None:
    """Check slowly, unless there were too many wrong ones while this one waited."""
    tokens = {row.access_id for row in rows}
    secret_throttle.require_try(tokens, address)
    right = next((row for row in rows if _fits(row, secret)), None)
    if right is None:
        secret_throttle.count(tokens, address)
    return right


def _fits(row: OwnSecret, secret: str) -> bool:
    key = keyring.key(PURPOSE.decode(), row.root_number)
    fits = matches_own(secret, row.argon2_hash, key)
    if fits:
        remembered.add(_mark(row, secret))
    return fits
