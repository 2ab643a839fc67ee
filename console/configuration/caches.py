"""Where counters and what is remembered for a while are kept."""

from typing import Any


def cache_of(redis_url: str) -> dict[str, Any]:
    """Django's settings of the cache: Redis while it answers, or a table of the database."""
    if redis_url:
        return {"BACKEND": "console.shared_cache.SharedCache", "LOCATION": redis_url}
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Beyond this, rows that still count go as well; `forget-cached` takes those that do not.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
