"""How often an actor may come in a minute, said in the `RateLimit` headers.

Without Redis each process counts for itself, because a write to the database for every read would cost
more than it protects.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from console.rate_counter import RateCounter

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


_counted = RateCounter("api", WINDOW)


class PerActor(BaseThrottle):
    """So many requests a minute for a person or robot, whatever token they use."""

    seconds = WINDOW

    def allow_request(self, request: Any, view: Any) -> bool:  # noqa: ANN401 - the framework's own signature
        limit = settings.ROSTER_API_REQUESTS_PER_MINUTE
        # Public addresses of the API have no actor.
        key = str(request.user.actor_uuid) if request.user else "nobody"
        number = _counted.add(key)
        self.seconds = _counted.seconds_left()
        view.rate = Rate(limit, max(0, limit - number), self.seconds)
        return number <= limit

    def wait(self) -> float:
        return self.seconds
