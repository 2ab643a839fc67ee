"""How often a password may be wrong: for an account from one client, for it from everywhere, for a client.
How often a code after the right password, from anywhere: in some minutes, and in a day. And how often what
a client's passkey says, which names its account itself: of those nobody else's is kept out.

Counted by django-allauth, each try before the password is looked at, so that many at once are no more.
The rates stand in `ACCOUNT_RATE_LIMITS`.
"""

import math
import time
from collections.abc import Iterable, Iterator

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

APP = "allauth.account"
OF_CODES = ("code_failed", "code_failed_in_a_day")


class LockedOut(Exception):
    """There were too many wrong passwords; says by which limit, and for how many seconds."""

    def __init__(self, limit: str, seconds: int) -> None:
        super().__init__(limit)
        self.limit, self.seconds = limit, seconds

    @property
    def words(self) -> str:
        """What the page says. It is the same whether there is such an account or not."""
        if self.seconds > 5400:
            count, unit = math.ceil(self.seconds / 3600), "hour"
        elif self.seconds > 60:
            count, unit = math.ceil(self.seconds / 60), "minute"
        else:
            count, unit = self.seconds, "second"
        wait = f"{count} {unit}" if count == 1 else f"{count} {unit}s"
        return f"Too many failed attempts. Wait {wait}, then try again."


def _limits(request: HttpRequest, account: str) -> Iterator[tuple[str, str]]:
    """The limits that a try counts for, each with its key."""
    yield "login_failed_here", f"{account} {ratelimit.get_ip(request)}"
    yield "login_failed_anywhere", account
    yield "login_failed", ""


def take(request: HttpRequest, account: str) -> ratelimit.RateLimitUsage:
    """Count a try; to be rolled back when the password was right. Raises `LockedOut`, and counts nothing."""
    return _take(request, _limits(request, account))


def take_for_code(request: HttpRequest, account: str) -> ratelimit.RateLimitUsage:
    """The same for a code of a second factor."""
    return _take(request, ((limit, account) for limit in OF_CODES))


def take_for_passkey(request: HttpRequest) -> ratelimit.RateLimitUsage:
    """The same for what a passkey says, whichever account it says it is of."""
    return _take(request, [("passkey_failed", "")])


def may_ask_passkeys(request: HttpRequest) -> bool:
    """Whether one more question to passkeys may go to this client. It counts."""
    used = ratelimit.consume(request, app=APP, action="passkey_asked", limit_get=True)
    return used is not None


def _take(request: HttpRequest, limits: Iterable[tuple[str, str]]) -> ratelimit.RateLimitUsage:
    taken = ratelimit.RateLimitUsage([])
    for limit, key in limits:
        used = ratelimit.consume(request, app=APP, action=limit, key=key)
        if used is None:
            taken.rollback()
            raise LockedOut(limit, _seconds_left(request, limit, key))
        taken.usage += used.usage
    return taken


def forget(request: HttpRequest, account: str) -> None:
    """Let an account have all its tries again."""
    for limit, key in _limits(request, account):
        if key:
            ratelimit.clear(request, app=APP, action=limit, key=key)


def _seconds_left(request: HttpRequest, limit: str, key: str) -> int:
    """Until the oldest of the tries that count is forgotten."""
    now, (rate,) = time.time(), ratelimit.get_rates(app=APP, action=limit)
    name = ratelimit.get_cache_key(request, app=APP, action=limit, rate=rate, key=key)
    tries: list[float] = cache.get(name, [])
    ends = [moment + rate.duration - now for moment in tries]
    return max(1, math.ceil(min((end for end in ends if end > 0), default=1)))
