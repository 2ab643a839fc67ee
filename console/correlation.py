"""What a request is called, so that its lines are found in every log on the way: a request ID, and the
trace it is part of (W3C Trace Context). Pure.

Only a trusted proxy's word counts: anybody else could give their requests the name of somebody's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# version, trace ID, parent ID, flags; a later version may add fields behind a hyphen.
TRACEPARENT = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<parent>[0-9a-f]{16})-[0-9a-f]{2}(?P<more>-[!-~]*)?"
)
# The version that says how others end, and the one that may not be.
KNOWN_VERSION, NO_VERSION = "00", "ff"
LONGEST_TRACEPARENT = 256


@dataclass(frozen=True, slots=True)
class Correlation:
    """The names that came with a request; each is empty where none did, or none that can be believed."""

    request_id: str = ""
    # As it came, without what a later version added: 55 characters.
    traceparent: str = ""


NONE = Correlation()


def read_correlation(headers: Mapping[str, str]) -> Correlation:
    """What a trusted proxy says. A name in another form than it should have is none."""
    request_id = headers.get("x-request-id", "")
    return Correlation(
        request_id if REQUEST_ID.fullmatch(request_id) else "",
        _traceparent(headers.get("traceparent", "")),
    )


def trace_id_of(traceparent: str) -> str:
    """The ID of the trace; empty without one."""
    return traceparent[3:35]


def _traceparent(text: str) -> str:
    found = TRACEPARENT.fullmatch(text) if text and len(text) <= LONGEST_TRACEPARENT else None
    if found is None or found["version"] == NO_VERSION:
        return ""
    is_named = int(found["trace"], 16) and int(found["parent"], 16)
    may_be_longer = found["version"] != KNOWN_VERSION
    return text[:55] if is_named and (may_be_longer or not found["more"]) else ""
