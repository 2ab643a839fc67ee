"""From the file to the things it wants, with every mistake told by its line."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from roster.errors import Failure
from roster.files import path_of
from roster.manifest.documents import Listing, Mapping, line_of, load
from roster.manifest.kinds import (
    CUSTOM,
    GRANT,
    HOLDERS,
    LEVEL,
    LEVELS,
    MEMBER,
    ORDER,
    ROBOT,
    TEAM,
    TEAM_ROBOT,
    TEAM_ROLES,
    TRUST,
    Item,
    Kind,
    Place,
    held_at,
    key_of,
)
from roster.manifest.values import Wrong
from roster.shapes import Fields, Json

SECTIONS = {kind.section: kind for kind in ORDER if kind.section}
# Lists inside a thing: each of their entries is a thing of its own.
INSIDE = {TEAM.name: ("members", "robots"), ROBOT.name: ("trusts",)}


@dataclass(frozen=True)
class Mistake:
    """Something that the file says and that cannot be."""

    place: Place
    text: str

    def __str__(self) -> str:
        words = f"{self.place.words}: " if self.place.words else ""
        return f"line {self.place.line}: {words}{self.text}"


@dataclass
class Wanted:
    """What a file says, and what is wrong with it."""

    source: str
    organization: str | None = None
    items: dict[tuple[str, str], Item] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    levels: dict[str, Item] = field(default_factory=dict)

    def of(self, kind: Kind) -> list[Item]:
        return [item for item in self.items.values() if item.kind is kind]

    def blame(self, place: Place, text: str) -> None:
        self.mistakes.append(Mistake(place, text))

    def complaints(self) -> list[str]:
        """All mistakes in the order of the file."""
        ordered = sorted(self.mistakes, key=lambda mistake: mistake.place.line)
        return [f"{self.source}, {mistake}" for mistake in ordered]


def read(source: str) -> Wanted:
    """The file's content; `-` is standard input."""
    name = "standard input" if source == "-" else source
    try:
        text = sys.stdin.read() if source == "-" else path_of(source).read_text("utf-8")
    except OSError as error:
        raise Failure(f"cannot read {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{name} is not UTF-8 text") from error
    content, twice = load(text.removeprefix("\ufeff"), name)
    wanted = Wanted(name)
    for line, key in twice:
        wanted.blame(Place(line, ""), f"{key} stands there twice; the second would hide the first")
    _fill(wanted, content)
    return wanted


def _fill(wanted: Wanted, content: Json) -> None:
    if not isinstance(content, dict):
        wanted.blame(
            Place(line_of(content, 1), ""), f"expected a mapping with {', '.join(SECTIONS)}"
        )
        return
    lines = content.lines if isinstance(content, Mapping) else {}
    for key in content:
        if key not in (*SECTIONS, "organization"):
            text = f"unknown section {key}; there are {', '.join(SECTIONS)}"
            wanted.blame(Place(lines[key], ""), text)
    _read_organization(wanted, content.get("organization"), lines)
    for item in _all(wanted, content, lines):
        _add(wanted, item)


def _read_organization(wanted: Wanted, slug: Json, lines: dict[str, int]) -> None:
    if slug is not None and not isinstance(slug, str):
        wanted.blame(
            Place(lines["organization"], ""), "organization has to be text; put it in quotes"
        )
    elif slug:
        wanted.organization = slug


def _add(wanted: Wanted, item: Item) -> None:
    if other := wanted.items.get(item.name):
        wanted.blame(item.place, f"{item} stands there twice, first in line {other.place.line}")
        return
    wanted.items[item.name] = item
    if item.kind is GRANT and item.fields.get("role", "").startswith(LEVEL):
        # One level includes the other.
        other = wanted.levels.setdefault(held_at(item.fields), item)
        if other is not item:
            text = f"another level of this holder there is in line {other.place.line}; say one"
            wanted.blame(item.place, text)


def _all(wanted: Wanted, content: Fields, lines: dict[str, int]) -> Iterator[Item]:
    for section, kind in SECTIONS.items():
        start = Place(lines.get(section, 1), section)
        for place, entry in _entries(wanted, start, content.get(section)):
            yield from _items(wanted, place, kind, entry)


def _entries(wanted: Wanted, start: Place, entries: Json) -> Iterator[tuple[Place, Mapping]]:
    if not isinstance(entries or [], list):
        wanted.blame(Place(start.line, ""), f"{start.words} has to be a list")
        return
    for number, entry in enumerate(entries or [], start=1):
        line = entries.lines[number - 1]
        place = Place(line, f"{start.words}, entry {number}")
        if isinstance(entry, Mapping):
            yield place, entry
        else:
            wanted.blame(Place(line, ""), f"{place.words} has to be a mapping")


def _items(wanted: Wanted, place: Place, kind: Kind, entry: Mapping) -> Iterator[Item]:
    inside = INSIDE.get(kind.name, ())
    fields = _fields(wanted, place, kind, entry, inside)
    if kind is GRANT:
        grant = _grant(wanted, place, fields)
        if grant:
            yield Item(GRANT, grant, place=place)
    elif _is_named(wanted, place, kind, fields, entry):
        yield Item(kind, fields, place=place, wrong=frozenset(entry.keys() - fields.keys()))
        if kind is TEAM:
            yield from _members(wanted, place, fields["name"], entry)
            yield from _team_robots(wanted, place, fields["name"], entry)
        if kind is ROBOT:
            yield from _trusts(wanted, place, key_of(ROBOT, fields), entry)


def _fields(
    wanted: Wanted, place: Place, kind: Kind, entry: Mapping, inside: tuple[str, ...] = ()
) -> Fields:
    """The entry's values as the API has them, without those that are wrong."""
    fields: Fields = {}
    for key, value in entry.items():
        here = Place(entry.lines[key], place.words)
        if key in inside:
            continue
        if key not in kind.fields:
            known = ", ".join((*kind.fields, *inside))
            wanted.blame(here, f"unknown field {key}; there are {known}")
            continue
        try:
            fields[key] = kind.fields[key](value)
        except Wrong as error:
            there = Place(error.line or here.line, here.words)
            wanted.blame(there, f"{key} {error}{_quoting(entry, key, value)}")
    return fields


def _quoting(entry: Mapping, key: str, value: Json) -> str:
    """How to write a word that YAML takes for something else: `no` is false to it."""
    written = entry.written.get(key)
    if not written or isinstance(value, str):
        return ""
    return f'; without quotes {written} is {_called(value)}: {key}: "{written}"'


def _called(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return (
        "nothing" if value is None else "a number" if isinstance(value, int | float) else "a date"
    )


def _is_named(wanted: Wanted, place: Place, kind: Kind, fields: Fields, entry: Mapping) -> bool:
    """Whether all is there that names the thing. What is there and wrong has been told."""
    missing = [key for key in kind.identity if key != "project" and not fields.get(key)]
    for key in missing:
        if key not in entry or key in fields:
            wanted.blame(place, f"{key} is missing")
    return not missing and ("project" not in entry or "project" in fields)


def _members(wanted: Wanted, place: Place, team: str, entry: Mapping) -> Iterator[Item]:
    start = Place(entry.lines.get("members", place.line), f"{place.words}, members")
    for here, one in _entries(wanted, start, entry.get("members")):
        fields = {"role": "member", **_fields(wanted, here, MEMBER, one), "team": team}
        if fields["role"] not in TEAM_ROLES:
            wanted.blame(here, f"role is one of {', '.join(TEAM_ROLES)}")
        if _is_named(wanted, here, MEMBER, fields, one):
            yield Item(MEMBER, fields, place=here)


def _team_robots(wanted: Wanted, place: Place, team: str, entry: Mapping) -> Iterator[Item]:
    names, line = entry.get("robots"), entry.lines.get("robots", place.line)
    if names in (None, []):
        return
    if not isinstance(names, Listing) or not all(isinstance(one, str) for one in names):
        wanted.blame(Place(line, place.words), "robots has to be a list of names; quote numbers")
        return
    for number, name in enumerate(names):
        here = Place(names.lines[number], place.words)
        yield Item(TEAM_ROBOT, {"team": team, "robot": name.strip()}, place=here)


def _trusts(wanted: Wanted, place: Place, robot: str, entry: Mapping) -> Iterator[Item]:
    start = Place(entry.lines.get("trusts", place.line), f"{place.words}, trusts")
    for here, one in _entries(wanted, start, entry.get("trusts")):
        fields = {**_fields(wanted, here, TRUST, one), "robot": robot}
        if _is_named(wanted, here, TRUST, fields, one):
            yield Item(TRUST, fields, place=here, wrong=frozenset(one.keys() - fields.keys()))


def _grant(wanted: Wanted, place: Place, fields: Fields) -> Fields | None:
    """A grant in one form: levels are roles, custom roles begin with `custom:`."""
    parts = ((HOLDERS, 1), (("project", "repository"), 0), (("role", "level", "permissions"), 1))
    wrong = [words for names, least in parts if (words := _not_one_of(fields, names, least))]
    for words in wrong:
        wanted.blame(place, words)
    if wrong:
        return None
    grant = {key: value for key, value in fields.items() if value or key == "expires_at"}
    if level := grant.pop("level", None):
        if level not in LEVELS:
            wanted.blame(place, f"level is one of {', '.join(LEVELS)}")
        grant["role"] = LEVEL + level
    elif "role" in grant and ":" not in grant["role"]:
        grant["role"] = CUSTOM + grant["role"]
    return grant


def _not_one_of(fields: Fields, names: tuple[str, ...], least: int) -> str:
    """What to say if not one of the fields is given, or at most one."""
    given = [name for name in names if fields.get(name)]
    if least <= len(given) <= 1:
        return ""
    return f"say {'one' if least else 'at most one'} of {', '.join(names)}"
