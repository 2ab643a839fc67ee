"""What a file can hold: kinds of things in the order in which they are made, and their fields."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from roster.manifest import trust_values, values
from roster.manifest.values import Reader
from roster.shapes import (
    NETWORK_MODES,
    PERSONAL_TOKENS,
    PRESETS,
    PROXIES,
    SERVICE_KINDS,
    Fields,
    Json,
)

LEVELS = ("view", "read", "write", "admin")
LEVEL, CUSTOM = "repository:", "custom:"
HOLDERS = ("team", "user", "robot")
# What grants are called whose roles are built in, and `new`, which is an address.
BUILT_IN = (
    *("owner", "member", "viewer", "project-creator", "admin", "maintainer", "developer", "guest"),
    *("view", "read", "write", "new"),
)


@dataclass(frozen=True)
class Kind:
    """A kind of thing: what names it, what can be said of it, and how it is made."""

    name: str
    # The names of its fields with what reads their values; those in `identity` name it.
    fields: Mapping[str, Reader]
    identity: tuple[str, ...]
    section: str = ""
    # What the API calls a field, where that is another word.
    in_api: Mapping[str, str] = field(default_factory=dict)
    # How the API takes a value, where that is not as the file has it.
    sent: Mapping[str, Callable[[Json], Json]] = field(default_factory=dict)
    # What is shown of a value that may hold a secret.
    masked: Mapping[str, Callable[[Json], str]] = field(default_factory=dict)

    def body(self, fields: Fields) -> Fields:
        """The fields as the API takes them."""
        return {
            self.in_api.get(name, name): self.sent[name](value) if name in self.sent else value
            for name, value in fields.items()
        }

    def shown(self, fields: Fields) -> Fields:
        """The fields as they may stand in the logs of a CI."""
        return {
            name: self.masked[name](value) if name in self.masked else value
            for name, value in fields.items()
        }

    def changeable(self) -> list[str]:
        return [name for name in self.fields if name not in self.identity]


DESCRIBED: dict[str, Reader] = {"description": values.description}

PROJECT = Kind(
    "project",
    {
        "slug": values.name(63, reserved=("new",)),
        "name": values.line(100),
        **DESCRIBED,
        "public": values.flag,
    },
    ("slug",),
    "projects",
)
REPOSITORY = Kind(
    "repository",
    {"path": values.path, **DESCRIBED, "public": values.flag},
    ("path",),
    "repositories",
)
ROLE = Kind(
    "role",
    {
        "name": values.name(95, reserved=BUILT_IN),
        "project": values.maybe_text,
        **DESCRIBED,
        "permissions": values.permissions,
    },
    ("name", "project"),
    "roles",
)
TEAM = Kind(
    "team",
    {"name": values.name(100, reserved=("new",)), **DESCRIBED, "secret": values.flag},
    ("name",),
    "teams",
)
ROBOT = Kind(
    "robot",
    {
        "name": values.robot_name,
        "project": values.maybe_text,
        **DESCRIBED,
        "purpose": values.line(200),
        "labels": values.labels,
        "expires_at": values.moment,
        "responsible": values.maybe_address,
        "addresses": values.networks,
        "network_mode": values.one_of(NETWORK_MODES),
        "disabled": values.flag,
    },
    ("name", "project"),
    "robots",
)
MEMBER = Kind(
    "team member",
    {"team": values.text, "email": values.address, "role": values.text},
    ("team", "email"),
)
TEAM_ROBOT = Kind("team robot", {"team": values.text, "robot": values.text}, ("team", "robot"))
# What it gives is a value: a holder at a place has what the file says and no more.
GRANT = Kind(
    "grant",
    {
        "team": values.text,
        "user": values.address,
        "robot": values.text,
        "project": values.text,
        "repository": values.text,
        "role": values.text,
        "level": values.text,
        "permissions": values.permissions,
        "expires_at": values.moment,
    },
    (*HOLDERS, "project", "repository"),
    "grants",
)
# It stands inside its robot, whose key is `robot`.
TRUST = Kind(
    "trust",
    {
        "name": values.name(100),
        "preset": values.one_of(PRESETS),
        **trust_values.FIELDS,
        "expires_at": values.moment,
        "disabled": values.flag,
    },
    ("robot", "name"),
    in_api={"lifetime": "lifetime_seconds"},
    sent={"lifetime": trust_values.in_seconds, "conditions": trust_values.as_rows},
)
# The organization's own; those of the site are in no organization's file.
SERVICE = Kind(
    "service",
    {
        "name": values.name(100),
        "kind": values.one_of(SERVICE_KINDS),
        "proxy": values.one_of(PROXIES),
        "host": values.host,
        "audience": values.audience,
        **DESCRIBED,
        "personal_tokens": values.one_of(PERSONAL_TOKENS),
        "x5c": values.flag,
        "exempt_from_addresses": values.flag,
    },
    ("name",),
    "services",
    {"x5c": "uses_x5c"},
)
# The organization's own. A file says `disabled` where the API says `active`.
WEBHOOK = Kind(
    "webhook",
    {
        "name": values.name(100),
        **DESCRIBED,
        "url": values.receiver,
        "kinds": values.kinds,
        "disabled": values.flag,
    },
    ("name",),
    "webhooks",
    {"disabled": "active"},
    {"disabled": operator.not_},
    {"url": values.host_alone},
)

# What stands earlier is made before what needs it, and deleted after it.
ORDER = (PROJECT, REPOSITORY, ROLE, TEAM, ROBOT, MEMBER, TEAM_ROBOT, GRANT, TRUST, SERVICE, WEBHOOK)
TEAM_ROLES = ("member", "owner")


@dataclass(frozen=True)
class Place:
    """Where the file says something."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}"


@dataclass
class Item:
    """A thing, wanted or there; what is there has an address, and an id that is never used again."""

    kind: Kind
    fields: Fields
    address: str = ""
    id: str = ""
    place: Place = Place(0, "")
    # The fields that the file names with a value which they cannot have.
    wrong: frozenset[str] = frozenset()
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = key_of(self.kind, self.fields)

    def __str__(self) -> str:
        return f"{self.kind.name} {self.key}"

    @property
    def name(self) -> tuple[str, str]:
        """What no other thing is called."""
        return self.kind.name, self.key


def key_of(kind: Kind, fields: Fields) -> str:
    """What people call the thing; unique in its kind."""
    if kind is GRANT:
        what = fields.get("role") or ",".join(fields["permissions"])
        return f"{what} {held_at(fields)}"
    if "project" in kind.identity:
        return below(fields.get("project"), fields["name"])
    return "/".join(str(fields[name]) for name in kind.identity)


def below(project: str | None, name: str) -> str:
    """`project/name`, or the name alone for what is the organization's."""
    return f"{project}/{name}" if project else name


def held_at(fields: Fields) -> str:
    """Whose grant it is, and on what."""
    holder = next(f"{kind} {fields[kind]}" for kind in HOLDERS if fields.get(kind))
    where = fields.get("repository") or fields.get("project") or "the organization"
    return f"to {holder} on {where}"


def level_of(fields: Fields) -> int:
    """How much a grant's level is, from 0 on; -1 where it is none. A greater one includes the others."""
    scope, _, name = str(fields.get("role") or "").partition(":")
    return LEVELS.index(name) if f"{scope}:" == LEVEL and name in LEVELS else -1


def gives(fields: Fields) -> Fields:
    """What a grant gives, in the words of a file."""
    role = str(fields.get("role") or "")
    if role.startswith(LEVEL):
        return {"level": role.removeprefix(LEVEL)}
    return {"role": role.removeprefix(CUSTOM)} if role else {"permissions": fields["permissions"]}
