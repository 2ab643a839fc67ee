"""What limits count."""

from datetime import UTC, datetime
from typing import Any

import time_machine

from console.rate_counter import RateCounter

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
REDIS = "console.shared_cache.SharedCache"


def test_numbers_begin_again_with_the_next_window() -> None:
    counter = RateCounter("test", 300)
    with time_machine.travel(NOW, tick=False) as clock:
        assert [counter.add("a"), counter.add("a"), counter.add("b")] == [1, 2, 1]
        clock.shift(299)
        assert (counter.number("a"), counter.number("c"), counter.seconds_left()) == (2, 0, 1)
        clock.shift(1)
        assert (counter.number("a"), counter.seconds_left(), counter.add("a")) == (0, 300, 1)


def test_no_more_than_so_many_keys_are_kept_the_latest_ones(settings: Any) -> None:
    settings.ROSTER_REDIS_URL = ""
    counter = RateCounter("test", 300, size=3)
    with time_machine.travel(NOW, tick=False):
        for key in "abcde":
            counter.add(key)
        assert [counter.number(key) for key in "abcde"] == [0, 0, 1, 1, 1]


def test_without_an_answer_of_redis_the_process_counts_for_itself(settings: Any) -> None:
    # Nothing listens on port 1.
    settings.ROSTER_REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {"BACKEND": REDIS, "LOCATION": settings.ROSTER_REDIS_URL}}
    counter = RateCounter("test", 300)
    with time_machine.travel(NOW, tick=False):
        assert [counter.add("a"), counter.add("a"), counter.number("a")] == [1, 2, 2]
