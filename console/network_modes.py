"""What becomes of a use from outside the networks that something is limited to. Pure."""

from enum import StrEnum


class NetworkMode(StrEnum):
    """Refused, or let in and counted. Whoever decides compares with `OBSERVE` alone: all else refuses."""

    ENFORCE = "enforce"
    OBSERVE = "observe"


# Each with what forms call it, and a sentence.
MODES = (
    (
        NetworkMode.ENFORCE.value,
        "Refuse",
        "What comes from anywhere else is refused from now on.",
    ),
    (
        NetworkMode.OBSERVE.value,
        "Only observe",
        "Nothing is refused, as though there were no networks. What they would have refused is counted.",
    ),
)
LABELS = {value: label for value, label, _ in MODES}
