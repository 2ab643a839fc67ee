"""The envelope in which a registry of the distribution project sends its events, read without trust.

https://distribution.github.io/distribution/about/notifications/ describes it. What is not understood is
counted and left alone: a registry sends an envelope until it is taken, and everything that follows waits.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from robots.models.artifacts import MAX_DIGEST, MAX_TAG, Action

# What was longer ago is shown nowhere; a registry whose clock is wrong is told of the present.
LONGEST_AGO = timedelta(days=90)
MAX_TEXT = 255
MAX_SIZE = 2**63 - 1
TAG = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9._-]{{0,{MAX_TAG - 1}}}")
DIGEST = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9A-Za-z=_-]{32,}")
# An image, an index of images, or what else is a manifest; all others are layers and configurations.
MANIFEST = re.compile(r"application/vnd\.[a-z0-9.]*\b(?:manifest|index)\.[a-z0-9.]+\+[a-z]+")
INDEX = re.compile(r"\.index\.|\.manifest\.list\.")


class Unreadable(ValueError):
    """It is no envelope, or no event; says why."""


@dataclass(frozen=True, slots=True)
class RegistryEvent:
    """What somebody did to an artifact. `tag` or `digest` may be empty, and both where a whole repository is
    deleted; `actor` is who it was, in the registry's words.
    """

    id: str
    at: datetime
    action: Action
    path: str
    tag: str
    digest: str
    media_type: str = ""
    size: int | None = None
    actor: str = ""


@dataclass(slots=True)
class Envelope:
    """What came in one request: the events that count, and how many do not."""

    events: list[RegistryEvent] = field(default_factory=list)
    ignored: int = 0
    unreadable: int = 0


def read_envelope(body: bytes, now: datetime) -> Envelope:
    """The events of an envelope, in their order. Raises `Unreadable` for what is none."""
    read = Envelope()
    for document in _documents(body):
        try:
            event = _event(document, now)
        except Unreadable:
            read.unreadable += 1
            continue
        if event is None:
            read.ignored += 1
        else:
            read.events.append(event)
    return read


def _documents(body: bytes) -> Iterator[Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise Unreadable("the body is no JSON") from fault
    events = document.get("events") if isinstance(document, dict) else None
    if not isinstance(events, list):
        raise Unreadable("the body has no list of events")
    yield from events


def _event(document: Any, now: datetime) -> RegistryEvent | None:  # noqa: ANN401 - whatever came
    """The event, or `None` where nothing was done to a manifest."""
    target, request = _part(document, "target"), _part(document, "request", needed=False)
    action, media_type = _text(document, "action"), _text(target, "mediaType")
    is_touched = action == Action.DELETE or MANIFEST.fullmatch(media_type)
    # HEAD asks whether it is there, and takes nothing.
    is_asked = action == Action.PULL and _text(request, "method") == "HEAD"
    if action not in Action.values or not is_touched or is_asked:
        return None
    return RegistryEvent(
        id=_text(document, "id", needed=True),
        at=_moment(_text(document, "timestamp"), now),
        action=Action(action),
        path=_text(target, "repository", needed=True),
        tag=_matching(target, "tag", TAG, MAX_TAG),
        digest=_digest(target, action),
        media_type=media_type,
        size=_size(target, media_type),
        actor=_actor(document),
    )


def _part(document: Any, name: str, *, needed: bool = True) -> dict[str, Any]:  # noqa: ANN401 - as above
    part = document.get(name) if isinstance(document, dict) else None
    if isinstance(part, dict):
        return part
    if needed or part is not None or not isinstance(document, dict):
        raise Unreadable(f"{name} is no object")
    return {}


def _text(document: dict[str, Any], name: str, *, needed: bool = False) -> str:
    """A short text that a database takes, or an empty one where there is none."""
    text = document.get(name, "")
    if not isinstance(text, str) or len(text) > MAX_TEXT or not text.isprintable():
        raise Unreadable(f"{name} is no short text")
    if needed and not text:
        raise Unreadable(f"{name} is missing")
    return text


def _matching(document: dict[str, Any], name: str, grammar: re.Pattern[str], most: int) -> str:
    text = _text(document, name)
    if text and (len(text) > most or not grammar.fullmatch(text)):
        raise Unreadable(f"{name} is not written like one")
    return text


def _digest(target: dict[str, Any], action: str) -> str:
    digest = _matching(target, "digest", DIGEST, MAX_DIGEST)
    if not digest and action != Action.DELETE:
        raise Unreadable("digest is missing")
    return digest


def _actor(document: dict[str, Any]) -> str:
    """Whom the registry knows; somebody whose name is unreadable is nobody that is known."""
    try:
        return _text(_part(document, "actor", needed=False), "name")
    except Unreadable:
        return ""


def _moment(text: str, now: datetime) -> datetime:
    """When it happened; the present for what lies ahead, long ago or cannot be read."""
    try:
        moment = datetime.fromisoformat(text)
        is_lately = now - LONGEST_AGO < moment < now
    except (ValueError, TypeError):  # TypeError: it names no time zone
        return now
    return moment.astimezone(UTC) if is_lately else now


def _size(target: dict[str, Any], media_type: str) -> int | None:
    """The bytes of an image with its layers, where the registry says what belongs to it."""
    parts = target.get("references")
    if not isinstance(parts, list) or not parts or INDEX.search(media_type):
        return None
    sizes = [part.get("size") for part in [target, *parts] if isinstance(part, dict)]
    total = sum(size for size in sizes if isinstance(size, int) and size > 0)
    return total if 0 < total <= MAX_SIZE else None
