"""How often an actor may come in a minute, said in the `RateLimit` headers.

Without Redis each process counts for itself, because a write to the database for every read would cost
more than it protects.
"""

from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from console.rate_counter import RateCounter

WINDOW = 60
POLICY = "default"

_counted = RateCounter("api", WINDOW)


class ActorRateThrottle(BaseThrottle):
    """So many requests a minute for a person or robot, whatever token they use."""

    seconds = WINDOW

    def allow_request(self, request: Any, view: Any) -> bool:  # noqa: ANN401 - the framework's own signature
        """Count, and say in the answer's headers (draft-ietf-httpapi-ratelimit-headers) what is left."""
        limit = settings.ROSTER_API_REQUESTS_PER_MINUTE
        # Public addresses of the API have no actor.
        number = _counted.add(str(request.user.actor_uuid) if request.user else "nobody")
        self.seconds = _counted.seconds_left()
        view.headers |= {
            "RateLimit-Policy": f'"{POLICY}";q={limit};w={WINDOW}',
            "RateLimit": f'"{POLICY}";r={max(0, limit - number)};t={self.seconds}',
        }
        return number <= limit

    def wait(self) -> float:
        return self.seconds
