"""How often an actor may come in a minute, said in the `RateLimit` headers.

Counted in Redis where there is one; otherwise each process counts for itself, because a write to the
database for every read would cost more than it protects.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

WINDOW = 60
POLICY = "default"


@dataclass(frozen=True, slots=True)
class Rate:
    """What is left of an actor's minute, and after how many seconds the next one begins."""

    limit: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes them."""
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{POLICY}";r={self.left};t={self.seconds}',
        }


class _Counted:
    """The requests of one minute in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.minute, self.numbers = 0, dict[str, int]()

    def add(self, minute: int, key: str) -> int:
        with self.lock:
            if minute != self.minute:
                self.minute, self.numbers = minute, {}
            self.numbers[key] = self.numbers.get(key, 0) + 1
            return self.numbers[key]


_counted = _Counted()


def _count(minute: int, key: str) -> int:
    if not settings.ROSTER_REDIS_URL:
        return _counted.add(minute, key)
    name = f"api:{minute}:{key}"
    cache.add(name, 0, 2 * WINDOW)
    return cache.incr(name)


class PerActor(BaseThrottle):
    """So many requests a minute for a person or robot, whatever token they use."""

    seconds = WINDOW

    def allow_request(self, request: Any, view: Any) -> bool:  # noqa: ANN401 - the framework's own signature
        now = time.time()
        limit = settings.ROSTER_API_REQUESTS_PER_MINUTE
        # Public addresses of the API have no actor.
        key = str(request.user.actor_uuid) if request.user else "nobody"
        number = _count(int(now) // WINDOW, key)
        self.seconds = WINDOW - int(now) % WINDOW
        view.rate = Rate(limit, max(0, limit - number), self.seconds)
        return number <= limit

    def wait(self) -> float:
        return self.seconds
