"""What the list of all tokens can be filtered and sorted by."""

import re

from robots.base.credentials import Kind
from robots.queries.filters import ENDS, USES

# Sorted by use, the day decides: an index on the moment would have to move with every use.
TOKEN_ORDERS = {
    "name": ("name", False),
    "-name": ("name", True),
    "created": ("id", False),
    "-created": ("id", True),
    "used": ("idle_since", False),
    "-used": ("idle_since", True),
    "expires": ("sorted_end", False),
    "-expires": ("sorted_end", True),
}
TOKEN_STATES = {
    "active": "Active",
    "disabled": "Disabled",
    "expired": "Expired",
    "blocked": "Blocked",
}
WITHOUT = "none"
TOKEN_KINDS = {
    Kind.SIGNED.value: "Signed",
    Kind.COMPACT.value: "Compact",
    Kind.OWN.value: "Own",
    WITHOUT: "No secret",
}
TOKEN_ENDS = {**ENDS, "month": "Expiring this month", "never": "Never expiring"}
TOKEN_USES = dict(USES)
OWNERS = {"robot": "Robot accounts", "role": "Role accounts"}
# Who saw a secret, besides a person.
LEFT, NOBODY_YET = "left", "nobody"
SEEN_BY = {LEFT: "Seen by people who left", NOBODY_YET: "Received by nobody"}
# The views that everybody has: their names, and the filters behind them.
BUILT_IN_VIEWS = {
    "Expiring this month": {"expiring": "month", "sort": "expires"},
    "Never expiring": {"expiring": "never"},
    "Unused for 90 days": {"unused": "90", "sort": "used"},
    "Seen by people who left": {"seen_by": LEFT},
}
MAX_UNUSED_DAYS = 3650
DAYS = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


def is_unused_days(text: str) -> bool:
    """Whether it is a number of days for which a token may be unused."""
    return bool(DAYS.fullmatch(text)) and int(text) <= MAX_UNUSED_DAYS


def unused_words(value: str) -> str:
    """`Unused for 60 days`, of any number."""
    return TOKEN_USES.get(value) or f"Unused for {int(value):,} day{'s'[: value != '1']}"
