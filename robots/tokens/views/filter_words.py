"""The filters of the list of all tokens in words."""

from robots.queries.filters import NETWORKS
from robots.queries.token_filters import (
    OWNERS,
    SEEN_BY,
    TOKEN_ENDS,
    TOKEN_KINDS,
    TOKEN_STATES,
    unused_words,
)

WORDS: dict[str, dict[str, str]] = {
    "state": TOKEN_STATES,
    "kind": TOKEN_KINDS,
    "expiring": TOKEN_ENDS,
    "networks": NETWORKS,
    "owner": OWNERS,
    "seen_by": SEEN_BY,
}
LABELS = {"created_by": "Created by", "seen_by": "Seen by"}


def filter_words(name: str, value: str) -> str:
    """A filter in words."""
    if name == "unused":
        return unused_words(value)
    label = LABELS.get(name, name.capitalize())
    return WORDS.get(name, {}).get(value) or f"{label}: {value}"
