"""The cache in Redis, and in each process while Redis does not answer: limits go on counting.

What is counted in a process stays there when Redis is back, and the other way round.
"""

import threading
import time
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

# A Redis that hangs is given up after this, and then left alone for a while: no page waits for it twice.
WAIT_SECONDS = 0.5
ASKED_AGAIN_SECONDS = 5.0
# Keys in one process; beyond that those that were used longest ago are forgotten.
LOCAL = {"MAX_ENTRIES": 100_000}

logger = structlog.get_logger("roster.redis")


class _State:
    """Whether Redis answers, as far as this process knows. Each change is one line in the log."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_down, self.silent_until = False, 0.0

    @property
    def may_be_asked(self) -> bool:
        return not self.is_down or time.monotonic() >= self.silent_until

    def failed(self, fault: RedisError) -> None:
        with self.lock:
            self.silent_until = time.monotonic() + ASKED_AGAIN_SECONDS
            was_down, self.is_down = self.is_down, True
        if not was_down:
            logger.warning(
                "redis does not answer; each process counts for itself", error=type(fault).__name__
            )

    def answered(self) -> None:
        if not self.is_down:
            return
        with self.lock:
            was_down, self.is_down = self.is_down, False
        if was_down:
            logger.warning("redis answers again; all processes count together")


_state = _State()


class SharedCache(BaseCache):
    """Django's cache of Redis, which answers for this process alone where Redis does not."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        waits = {"socket_timeout": WAIT_SECONDS, "socket_connect_timeout": WAIT_SECONDS}
        self.redis = RedisCache(server, params | {"OPTIONS": waits})
        self.local = LocMemCache("without-redis", {"OPTIONS": LOCAL})

    def _ask(self, method: str, *arguments: object) -> object:
        if _state.may_be_asked:
            try:
                answer: object = getattr(self.redis, method)(*arguments)
            except RedisError as fault:
                _state.failed(fault)
            else:
                _state.answered()
                return answer
        local: object = getattr(self.local, method)(*arguments)
        return local

    def add(
        self,
        key: object,
        value: object,
        timeout: object = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        return bool(self._ask("add", key, value, timeout, version))

    def get(self, key: object, default: object = None, version: int | None = None) -> object:
        return self._ask("get", key, default, version)

    def set(
        self,
        key: object,
        value: object,
        timeout: object = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._ask("set", key, value, timeout, version)

    def touch(
        self, key: object, timeout: object = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return bool(self._ask("touch", key, timeout, version))

    def delete(self, key: object, version: int | None = None) -> bool:
        return bool(self._ask("delete", key, version))

    def incr(self, key: object, delta: int = 1, version: int | None = None) -> int:
        """Raises `ValueError` for a key that is not there, also when it was in Redis a moment ago."""
        return int(str(self._ask("incr", key, delta, version)))

    def clear(self) -> None:
        self._ask("clear")


def redis_answers() -> bool:
    """Whether Redis answers now, or did not within the last seconds; yes where none is used."""
    if settings.ROSTER_REDIS_URL:
        caches["default"].get("redis-answers")
    return not _state.is_down
