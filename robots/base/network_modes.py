"""What becomes of a use from outside the networks that something is limited to. Pure."""

from enum import StrEnum


class NetworkMode(StrEnum):
    """Refused, or let in and counted. Whoever decides compares with `OBSERVE` alone: all else refuses."""

    ENFORCE = "enforce"
    OBSERVE = "observe"


LABELS = {
    NetworkMode.ENFORCE: "Refuse it",
    NetworkMode.OBSERVE: "Let it in and count it",
}
