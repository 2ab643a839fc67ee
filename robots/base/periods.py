"""How long "soon" and "lately" are, and how far ahead an end may lie: written once for all pages."""

from datetime import UTC, date, datetime, timedelta

# How long before its end a token or robot is pointed out.
EXPIRING_SOON = timedelta(days=14)
# How far back pages look for those who used something.
RECENTLY = timedelta(days=30)
# The longest life that anybody may choose, in days; the last one counts to its end, in UTC.
MAX_DAYS = 36_500
# What a sortable moment holds when there is none: it sorts first, or last.
NEVER_USED = datetime(1970, 1, 1, tzinfo=UTC)
NEVER_ENDS = datetime(9999, 12, 31, tzinfo=UTC)


def last_day(since: datetime, days: int) -> date:
    """The day in UTC on which so many days are over: whoever may live for them may live to its end."""
    return (since.astimezone(UTC) + timedelta(days=days)).date()
