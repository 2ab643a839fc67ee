"""What reports say, read from their bodies: JSON, with errors in words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from console.scanning.sightings import MAX_SOURCE, MAX_WHERE, Sighting, showable, validate_where
from console.serving.endpoints import FrontRequest, Refused

JSON = "application/json"
MOST = 100
LIST, PLACE = "credentials", "found_at"
MEMBERS = ("token", "type", "url", "source")
MALFORMED, INVALID = "MALFORMED", "INVALID"
# What JSON that is none, or is nested too deeply, ends in.
UNREADABLE = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Match:
    """One thing that a partner found. `kind` is the partner's name for what it looks like."""

    token: str = field(repr=False)
    kind: str
    sighting: Sighting


def read_credentials(request: FrontRequest) -> tuple[list[str], Sighting]:
    """The credentials of a report that anybody may make, each once, and where they were found."""
    if request.content_type != JSON:
        raise Refused(415, "UNSUPPORTED", f"send JSON, as {JSON}")
    document = _parsed(request.body)
    if not isinstance(document, dict):
        raise Refused(400, MALFORMED, f"the body has to be an object with {LIST}")
    if unknown := sorted(document.keys() - {LIST, PLACE}):
        raise Refused(400, MALFORMED, f"there is no {', '.join(unknown)[:200]}")
    found = document.get(LIST)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Refused(422, INVALID, f"{LIST} has to be a list of texts")
    if not 0 < len(found) <= MOST:
        raise Refused(422, INVALID, f"{LIST} has to hold 1 to {MOST}")
    return list(dict.fromkeys(map(str.strip, found))), _sighting(document.get(PLACE, ""))


def _sighting(where: object) -> Sighting:
    if not isinstance(where, str):
        raise Refused(422, INVALID, f"{PLACE} has to be a text")
    try:
        validate_where(where)
    except ValidationError as fault:
        raise Refused(422, INVALID, f"{PLACE}: {' '.join(fault.messages)}") from fault
    return Sighting(where)


def read_matches(body: bytes) -> list[Match]:
    """What a partner reports: a list of objects, of which more may be known some day."""
    document = _parsed(body)
    if not isinstance(document, list):
        raise Refused(400, MALFORMED, "the body has to be a list")
    return list(_matches(document))


def _matches(document: list[Any]) -> Iterator[Match]:
    for place, each in enumerate(document):
        if not isinstance(each, dict):
            raise Refused(400, MALFORMED, f"number {place} is not an object")
        token, kind, url, source = (each.get(name) for name in MEMBERS)
        said: dict[str, Any] = {
            "token": token,
            "type": kind,
            "url": url or "",
            "source": source or "",
        }
        if wrong := [name for name, text in said.items() if not isinstance(text, str)]:
            raise Refused(400, MALFORMED, f"{wrong[0]} of number {place} has to be a text")
        where, of_kind = showable(said["url"], MAX_WHERE), showable(said["source"], MAX_SOURCE)
        yield Match(said["token"], said["type"], Sighting(where, of_kind))


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON may be
    try:
        return json.loads(body)
    except UNREADABLE as fault:
        raise Refused(400, MALFORMED, "the body is not JSON") from fault
