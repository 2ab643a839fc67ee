"""How often something happened lately, by key, for limits.

Counted in the cache where that is Redis, which counts in the process while Redis does not answer
(`console.shared_cache`); otherwise each process counts for itself, without a write to the database.
Windows begin at fixed moments, so around such a moment twice as many pass.

Not by the library `limits`: its store in memory keeps every key until its time is over, however many
there are, and after a hit looks through all of them in a thread of its own, so whoever comes from many
addresses fills the one and slows the other; and it fails with Redis instead of counting on.
"""

import threading
import time
from contextlib import suppress

from django.conf import settings
from django.core.cache import cache

# Keys of one counter in one process; beyond that the oldest are forgotten.
MAX_KEYS = 100_000


class RateCounter:
    """Numbers by key that all begin again every `seconds`."""

    def __init__(self, name: str, seconds: int, size: int = MAX_KEYS) -> None:
        self.name, self.seconds, self.size = name, seconds, size
        self.lock = threading.Lock()
        self.window, self.numbers = 0, dict[str, int]()

    def add(self, key: str) -> int:
        """Count one more; the number with it."""
        if settings.ROSTER_REDIS_URL:
            with suppress(ValueError):  # Redis went between the two steps of it
                return self._add_shared(self._shared(key))
        return self._add(key)

    def number(self, key: str) -> int:
        """How many there were."""
        if settings.ROSTER_REDIS_URL:
            return int(cache.get(self._shared(key), 0))
        with self.lock:
            return self._now().get(key, 0)

    def seconds_left(self) -> int:
        """After how long all numbers begin again."""
        return self.seconds - int(time.time()) % self.seconds

    def _shared(self, key: str) -> str:
        return f"{self.name}:{int(time.time()) // self.seconds}:{key}"

    def _add_shared(self, name: str) -> int:
        cache.add(name, 0, 2 * self.seconds)
        return cache.incr(name)

    def _add(self, key: str) -> int:
        with self.lock:
            numbers = self._now()
            if key not in numbers and len(numbers) >= self.size:
                del numbers[next(iter(numbers))]
            numbers[key] = numbers.get(key, 0) + 1
            return numbers[key]

    def _now(self) -> dict[str, int]:
        window = int(time.time()) // self.seconds
        if window != self.window:
            self.window, self.numbers = window, {}
        return self.numbers
