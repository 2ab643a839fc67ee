"""How long "soon" and "lately" are, and how far ahead an end may lie: written once for all pages."""

from datetime import timedelta

# How long before its end a token or robot is pointed out.
EXPIRING_SOON = timedelta(days=14)
# How far back pages look for those who used something.
RECENTLY = timedelta(days=30)
# The longest life that anybody may choose, in days.
MAX_DAYS = 36_500
