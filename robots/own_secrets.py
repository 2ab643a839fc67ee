"""Checking secrets that people chose: slow on purpose, so one at a time in a process.

Right ones are remembered under a key that only this process has; what is remembered is that this
secret fits this hash, so neither a new secret nor a state is ever overtaken by it.
"""

import hmac
import secrets
import threading
from collections import OrderedDict

from console.errors import TooMany
from robots.credentials import matches_own

MAX_REMEMBERED = 4096
RETRY_AFTER_SECONDS = 1


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


def is_remembered(secret_id: int, stored: str, secret: str) -> bool:
    """Whether `secret` was found to fit the hash `stored` before. Costs nothing."""
    return remembered.has(remembered.mark_of(secret_id, stored, secret))


def is_right(secret_id: int, stored: str, secret: str, key: bytes) -> bool:
    """Check whether `secret` fits the hash `stored`. Raises `TooMany` while another check runs."""
    if not _checking.acquire(blocking=False):
        raise TooMany("Another check is under way. Try again.", RETRY_AFTER_SECONDS)
    try:
        fits = matches_own(secret, stored, key)
    finally:
        _checking.release()
    if fits:
        remembered.add(remembered.mark_of(secret_id, stored, secret))
    return fits
