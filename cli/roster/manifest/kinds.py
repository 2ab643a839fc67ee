"""What a file can hold: kinds of things in the order in which they are made, and their fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from roster.moments import parse
from roster.shapes import Fields, Json

LEVELS = ("view", "read", "write", "admin")
HOLDERS = ("team", "user", "robot")


class Wrong(ValueError):
    """A field has no such value; says what it may have."""


def text(value: Json) -> str:
    if not isinstance(value, str):
        raise Wrong("has to be text")
    return value


def maybe_text(value: Json) -> str | None:
    return None if value is None else text(value)


def flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise Wrong("has to be true or false")
    return value


def texts(value: Json) -> list[str]:
    """A set of words: their order says nothing."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Wrong("has to be a list of words")
    return sorted(set(value))


def labels(value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Wrong("has to be a mapping of labels")
    if not all(isinstance(one, str) for one in (*value, *value.values())):
        raise Wrong("has to be a mapping of text to text; put numbers in quotes")
    return dict(sorted(value.items()))


def moment(value: Json) -> str | None:
    """A time in UTC, or null for never. YAML reads times without quotes as such."""
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        read = value if isinstance(value, datetime) else parse(value)
    except ValueError:
        read = None
    if read is None:
        raise Wrong("has to be a time like 2099-12-31T00:00:00Z, or null for never")
    aware = read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)
    return aware.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Kind:
    """A kind of thing: what names it, what can be said of it, and how it is made."""

    name: str
    # The names of its fields with what reads their values; those in `identity` name it.
    fields: Mapping[str, Callable[[Json], Any]]
    identity: tuple[str, ...]
    section: str = ""
    # Fields that the API takes only once it is there.
    later: tuple[str, ...] = ()

    def changeable(self) -> list[str]:
        return [name for name in self.fields if name not in self.identity]


DESCRIBED: dict[str, Callable[[Json], Any]] = {"description": text}

PROJECT = Kind(
    "project", {"slug": text, "name": text, **DESCRIBED, "public": flag}, ("slug",), "projects"
)
REPOSITORY = Kind(
    "repository", {"path": text, **DESCRIBED, "public": flag}, ("path",), "repositories"
)
ROLE = Kind(
    "role",
    {"name": text, "project": maybe_text, **DESCRIBED, "permissions": texts},
    ("name", "project"),
    "roles",
)
TEAM = Kind("team", {"name": text, **DESCRIBED, "secret": flag}, ("name",), "teams")
ROBOT = Kind(
    "robot",
    {
        "name": text,
        "project": maybe_text,
        **DESCRIBED,
        "purpose": text,
        "labels": labels,
        "expires_at": moment,
        "responsible": maybe_text,
        "addresses": texts,
        "disabled": flag,
    },
    ("name", "project"),
    "robots",
    later=("addresses", "disabled"),
)
MEMBER = Kind("team member", {"team": text, "email": text, "role": text}, ("team", "email"))
TEAM_ROBOT = Kind("team robot", {"team": text, "robot": text}, ("team", "robot"))
GRANT = Kind(
    "grant",
    {
        "team": text,
        "user": text,
        "robot": text,
        "project": text,
        "repository": text,
        "role": text,
        "level": text,
        "permissions": texts,
    },
    ("team", "user", "robot", "project", "repository", "role", "permissions"),
    "grants",
)

# What stands earlier is made before what needs it, and deleted after it.
ORDER = (PROJECT, REPOSITORY, ROLE, TEAM, ROBOT, MEMBER, TEAM_ROBOT, GRANT)


@dataclass
class Item:
    """A thing, wanted or there; what is there has an address, and an id that is never used again."""

    kind: Kind
    fields: Fields
    address: str = ""
    id: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = key_of(self.kind, self.fields)

    def __str__(self) -> str:
        return f"{self.kind.name} {self.key}"


def key_of(kind: Kind, fields: Fields) -> str:
    """What people call the thing; unique in its kind."""
    if kind is GRANT:
        return _grant_key(fields)
    if "project" in kind.identity:
        return below(fields.get("project"), fields["name"])
    return "/".join(str(fields[name]) for name in kind.identity)


def below(project: str | None, name: str) -> str:
    """`project/name`, or the name alone for what is the organization's."""
    return f"{project}/{name}" if project else name


def _grant_key(fields: Fields) -> str:
    holder = next(f"{kind} {fields[kind]}" for kind in HOLDERS if fields.get(kind))
    what = fields.get("role") or ",".join(fields["permissions"])
    where = fields.get("repository") or fields.get("project") or "the organization"
    return f"{what} to {holder} on {where}"
