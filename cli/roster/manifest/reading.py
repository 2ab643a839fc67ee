"""From the file to the things it wants, with every mistake told by its place."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from roster.errors import Failure
from roster.manifest.kinds import (
    GRANT,
    HOLDERS,
    LEVELS,
    MEMBER,
    ORDER,
    TEAM,
    TEAM_ROBOT,
    Item,
    Kind,
    Wrong,
)
from roster.shapes import Fields, Json

SECTIONS = {kind.section: kind for kind in ORDER if kind.section}
# Lists inside a team: each of their entries is a thing of its own.
INSIDE_TEAM = ("members", "robots")


@dataclass(frozen=True)
class Wanted:
    """What a file says."""

    organization: str | None
    items: dict[tuple[str, str], Item]


class Mistake(Failure):
    """The file says something that it cannot."""


def read(source: str) -> Wanted:
    """The file's content; `-` is standard input."""
    name = "standard input" if source == "-" else source
    try:
        text = sys.stdin.read() if source == "-" else Path(source).expanduser().read_text("utf-8")
        content = yaml.safe_load(text) or {}
    except OSError as error:
        raise Failure(f"cannot read {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{name} is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise Failure(f"{name}{line}: {error.problem}") from error
    try:
        return _wanted(content)
    except Mistake as mistake:
        raise Failure(f"{name}: {mistake}") from mistake


def _wanted(content: Json) -> Wanted:
    if not isinstance(content, dict):
        raise Mistake(f"expected a mapping with {', '.join(SECTIONS)}")
    if unknown := [key for key in content if key not in (*SECTIONS, "organization")]:
        raise Mistake(f"unknown section {unknown[0]}; there are {', '.join(SECTIONS)}")
    items: dict[tuple[str, str], Item] = {}
    for place, item in _all(content):
        if (item.kind.name, item.key) in items:
            raise Mistake(f"{place}: {item} stands there twice")
        items[item.kind.name, item.key] = item
    return Wanted(content.get("organization"), items)


def _all(content: Fields) -> Iterator[tuple[str, Item]]:
    for section, kind in SECTIONS.items():
        for place, entry in _entries(section, content.get(section)):
            for item in _items(place, kind, entry):
                yield place, item


def _entries(section: str, entries: Json) -> Iterator[tuple[str, Fields]]:
    if not isinstance(entries or [], list):
        raise Mistake(f"{section} has to be a list")
    for number, entry in enumerate(entries or [], start=1):
        place = f"{section}, entry {number}"
        if not isinstance(entry, dict):
            raise Mistake(f"{place} has to be a mapping")
        yield place, entry


def _items(place: str, kind: Kind, entry: Fields) -> Iterator[Item]:
    own = {key: value for key, value in entry.items() if kind is not TEAM or key not in INSIDE_TEAM}
    fields = _fields(place, kind, own)
    yield Item(kind, _grant(place, fields) if kind is GRANT else fields)
    if kind is TEAM:
        yield from _members(place, fields["name"], entry.get("members"))
        yield from _team_robots(place, fields["name"], entry.get("robots"))


def _fields(place: str, kind: Kind, entry: Fields) -> Fields:
    """The entry's values as the API has them."""
    if unknown := [str(key) for key in entry if key not in kind.fields]:
        raise Mistake(f"{place}: unknown field {unknown[0]}; there are {', '.join(kind.fields)}")
    fields: Fields = {}
    for key, value in entry.items():
        try:
            fields[key] = kind.fields[key](value)
        except Wrong as error:
            raise Mistake(f"{place}: {key} {error}") from error
    needed = () if kind is GRANT else kind.identity
    if missing := [key for key in needed if key != "project" and not fields.get(key)]:
        raise Mistake(f"{place}: {missing[0]} is missing")
    return fields


def _members(place: str, team: str, entries: Json) -> Iterator[Item]:
    for inner, entry in _entries(f"{place}, members", entries):
        fields = _fields(inner, MEMBER, {"role": "member", **entry, "team": team})
        yield Item(MEMBER, fields | {"email": fields["email"].lower()})


def _team_robots(place: str, team: str, names: Json) -> Iterator[Item]:
    if not isinstance(names or [], list):
        raise Mistake(f"{place}: robots has to be a list of names")
    for name in names or []:
        yield Item(TEAM_ROBOT, _fields(place, TEAM_ROBOT, {"team": team, "robot": name}))


def _grant(place: str, fields: Fields) -> Fields:
    """A grant in one form: levels are roles, custom roles begin with `custom:`."""
    _one_of(place, fields, HOLDERS, least=1)
    _one_of(place, fields, ("project", "repository"), least=0)
    _one_of(place, fields, ("role", "level", "permissions"), least=1)
    grant = dict(fields)
    if level := grant.pop("level", None):
        if level not in LEVELS:
            raise Mistake(f"{place}: level is one of {', '.join(LEVELS)}")
        grant["role"] = f"repository:{level}"
    elif "role" in grant and ":" not in grant["role"]:
        grant["role"] = f"custom:{grant['role']}"
    if "user" in grant:
        grant["user"] = grant["user"].lower()
    return grant


def _one_of(place: str, fields: Fields, names: tuple[str, ...], *, least: int) -> None:
    given = [name for name in names if fields.get(name)]
    if len(given) > 1 or len(given) < least:
        raise Mistake(f"{place}: say {'one' if least else 'at most one'} of {', '.join(names)}")
