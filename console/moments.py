"""Moments as people read them: relative, absolute, and for machines."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

DAY, HOUR, MINUTE, SECOND = (timedelta(seconds=seconds) for seconds in (86_400, 3_600, 60, 1))
# Units, and to which smaller one a length is rounded first: what ends in a day still says so a second later.
STEPS = (
    (365 * DAY, DAY, "year"),
    (30 * DAY, DAY, "month"),
    (DAY, HOUR, "day"),
    (HOUR, MINUTE, "hour"),
    (MINUTE, SECOND, "minute"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What `<time>` shows: the words, the full date, RFC 3339."""

    relative: str
    absolute: str
    iso: str


def distance(length: timedelta) -> str:
    """`length` in its largest whole unit: `3 minutes`, `1 year`; below a minute `a moment`."""
    for step, smaller, unit in STEPS:
        count = round(length / smaller) * smaller // step
        if count:
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "a moment"


def relative(moment: datetime, now: datetime) -> str:
    """`in 3 days`, `2 hours ago`, `just now`."""
    words = distance(abs(moment - now))
    if moment > now:
        return f"in {words}"
    return "just now" if words == "a moment" else f"{words} ago"


def absolute(moment: datetime) -> str:
    """`22 Nov 2026, 14:05 UTC`."""
    return f"{moment:%-d %b %Y, %H:%M} UTC"


def date(moment: datetime) -> str:
    """`22 Nov 2026`."""
    return f"{moment:%-d %b %Y}"


def describe(moment: datetime, now: datetime | None = None) -> Moment:
    """`moment` for a page."""
    return Moment(relative(moment, now or timezone.now()), absolute(moment), moment.isoformat())
