"""Moments in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from console.moments import distance, relative

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0 * SECOND, "a moment"),
        (59 * SECOND, "a moment"),
        (MINUTE, "1 minute"),
        (2 * MINUTE - SECOND, "1 minute"),
        (HOUR - SECOND, "1 hour"),
        (3 * HOUR - MINUTE, "2 hours"),
        (DAY - SECOND, "1 day"),
        (DAY - HOUR, "23 hours"),
        (7 * DAY - MINUTE, "7 days"),
        (30 * DAY - HOUR, "1 month"),
        (29 * DAY, "29 days"),
        (90 * DAY - SECOND, "3 months"),
        (365 * DAY - SECOND, "1 year"),
        (364 * DAY, "12 months"),
        (800 * DAY, "2 years"),
    ],
)
def test_what_has_just_begun_still_says_how_long_it_is(length: timedelta, words: str) -> None:
    assert distance(length) == words
    now = timezone.now()
    if words != "a moment":
        assert relative(now + length, now) == f"in {words}"
        assert relative(now - length, now) == f"{words} ago"
    else:
        assert relative(now - length, now) == "just now"
