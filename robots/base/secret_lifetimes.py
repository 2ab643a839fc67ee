"""How long an old secret goes on beside the new one, and how long a hand-over link works. Pure."""

from datetime import timedelta
from enum import StrEnum


class OldEnds(StrEnum):
    """When a rotation lets the old secret end."""

    DAY = "24h"
    NOW = "now"
    HOUR = "1h"
    WEEK = "7d"
    FIRST_USE = "first-use"
    BY_HAND = "by-hand"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    OldEnds.DAY: "After 24 hours",
    OldEnds.NOW: "Now",
    OldEnds.HOUR: "After 1 hour",
    OldEnds.WEEK: "After 7 days",
    OldEnds.FIRST_USE: "At the first use of the new one",
    OldEnds.BY_HAND: "When somebody ends it by hand",
}
AFTER = {
    OldEnds.NOW: timedelta(0),
    OldEnds.HOUR: timedelta(hours=1),
    OldEnds.DAY: timedelta(hours=24),
    OldEnds.WEEK: timedelta(days=7),
}
OLD_ENDS = [(choice.value, choice.label) for choice in OldEnds]


class LinkLife(StrEnum):
    """How long a hand-over link works."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"

    @property
    def duration(self) -> timedelta:
        return AFTER[OldEnds(self.value)]


LINK_LIVES = [
    (LinkLife.HOUR.value, "1 hour"),
    (LinkLife.DAY.value, "24 hours"),
    (LinkLife.WEEK.value, "7 days"),
]
