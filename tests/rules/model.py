"""The two rules once more, from the product's description alone: strings, sets and loops.

Nothing here is imported from the product, so that a mistake there is not made here again. Where the
two differ, one of them is wrong.
"""

from dataclasses import dataclass, field
from itertools import chain

Words = frozenset[str]


def words(text: str) -> Words:
    return frozenset(text.split())


DATA = words("""
    artifact:push artifact:pull artifact:delete chart:read chart:create chart:delete
    tag:create tag:delete label:create scan:create repository:view
""")
VERBS = {
    "organization": "read update delete",
    "member": "read create update delete",
    "team": "read create update delete",
    "project": "read create update delete",
    "repository": "create update delete",
    "robot": "read create update delete",
    "token": "read create update rotate renew-self delete",
    "role": "read create update delete",
    "grant": "read create update delete",
    "trust": "read create update delete",
    "event": "read",
}
CONTROL = frozenset(f"{name}:{verb}" for name, verbs in VERBS.items() for verb in verbs.split())
EVERYTHING = DATA | CONTROL


def control_over(*resources: str) -> Words:
    return frozenset(name for name in CONTROL if name.split(":")[0] in resources)


IN_A_PROJECT = control_over("repository", "grant", "robot", "token", "trust") | words(
    "project:read project:update project:delete role:read event:read"
)
READ = words("repository:view artifact:pull chart:read")
WRITE = READ | words("artifact:push chart:create tag:create label:create scan:create")
ORGANIZATION_ROLES = {
    "owner": EVERYTHING,
    "member": words("organization:read member:read"),
    "viewer": frozenset(name for name in CONTROL if name.endswith(":read")) | {"repository:view"},
    "project-creator": words("organization:read project:create"),
}
PROJECT_ROLES = {
    "admin": DATA | IN_A_PROJECT,
    "maintainer": DATA | control_over("repository") | words("project:read robot:read token:read"),
    "developer": words(
        "project:read repository:view artifact:pull artifact:push tag:create chart:read chart:create"
        " scan:create"
    ),
    "guest": words("project:read repository:view artifact:pull"),
}
LEVELS = {
    "view": words("repository:view"),
    "read": READ,
    "write": WRITE,
    "admin": DATA | control_over("grant") | words("repository:update repository:delete"),
}
ROLES = {
    **{f"organization:{name}": held for name, held in ORGANIZATION_ROLES.items()},
    **{f"project:{name}": held for name, held in PROJECT_ROLES.items()},
    **{f"repository:{name}": held for name, held in LEVELS.items()},
}
IN_A_TEAM = {"owner": words("team:read team:update"), "member": words("team:read")}


@dataclass(frozen=True, order=True)
class Place:
    """Where something may be done, by name; a repository need not have a row."""

    organization: str
    project: str = ""
    repository: str = ""
    team: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.organization, self.project, self.repository, self.team)))


@dataclass(frozen=True)
class Grant:
    """A holder (`team`, `person` or `robot`) gets one of a built-in role, a custom one, permissions."""

    kind: str
    holder: str
    organization: str
    project: str = ""
    repository: str = ""
    role: str = ""
    custom: str = ""
    permissions: Words = frozenset()

    @property
    def place(self) -> Place:
        return Place(self.organization, self.project, self.repository)


@dataclass(frozen=True)
class Robot:
    """`state` is "" while it works, else `disabled`, `expired` or `deleted`."""

    organization: str
    project: str = ""
    name: str = "ci"
    state: str = ""


@dataclass(frozen=True)
class Role:
    """A custom role; without a project it is the organization's."""

    organization: str
    project: str = ""
    permissions: Words = frozenset()


@dataclass(frozen=True)
class Token:
    """Of a `robot` or a `person`; `permissions` is its narrowing, `None` when it has none."""

    kind: str
    owner: str
    permissions: Words | None = None
    state: str = ""


# A person, robot, token, team, role or invitation: its kind and its key in the world.
Holder = tuple[str, str]


@dataclass
class World:
    """Everything that the rules look at."""

    organizations: list[str] = field(default_factory=list)
    projects: set[Place] = field(default_factory=set)
    repositories: dict[Place, bool] = field(default_factory=dict)  # whether it is public
    people: dict[str, bool] = field(default_factory=dict)  # whether the account is active
    members: dict[tuple[str, str], str] = field(default_factory=dict)  # person, organization: role
    invitations: dict[tuple[str, str], str] = field(default_factory=dict)  # the same, not yet in
    teams: dict[str, str] = field(default_factory=dict)  # the team's organization
    places: dict[tuple[str, str], str] = field(default_factory=dict)  # team, person: role
    robot_places: set[tuple[str, str]] = field(default_factory=set)  # team, robot
    robots: dict[str, Robot] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)


def with_pull(permissions: Words) -> Words:
    """Push implies pull."""
    return permissions | {"artifact:pull"} if "artifact:push" in permissions else permissions


def lies_in(place: Place, scope: Place) -> bool:
    if place.organization != scope.organization:
        return False
    if scope.project and scope.project != place.project:
        return False
    return not scope.repository or scope.repository == place.repository


def given(world: World, grant: Grant, place: Place) -> Words:
    """What one grant gives at one place."""
    if not lies_in(place, grant.place):
        return frozenset()
    if grant.custom:
        return with_pull(world.roles[grant.custom].permissions)
    if grant.permissions:
        return with_pull(grant.permissions)
    held = with_pull(ROLES[grant.role])
    # A level is about repositories: it never gives control over the project that holds them.
    is_level = grant.role.startswith("repository:")
    return held & DATA if is_level and not place.repository else held


def granted(world: World, kind: str, holder: str, place: Place) -> list[Words]:
    """What each grant of a holder gives at one place."""
    grants = [grant for grant in world.grants if (grant.kind, grant.holder) == (kind, holder)]
    return [given(world, grant, place) for grant in grants]


def parts_of_person(world: World, person: str, place: Place) -> list[Words]:
    """Membership, teams and own grants; those who are not members hold nothing."""
    role = world.members.get((person, place.organization))
    if role is None:
        return []
    parts = [ORGANIZATION_ROLES[role], *granted(world, "person", person, place)]
    for (team, member), team_role in world.places.items():
        if member == person:
            parts += granted(world, "team", team, place)
            parts += [IN_A_TEAM[team_role]] if place.team == team else []
    return parts


def parts_of_robot(world: World, key: str, place: Place) -> list[Words]:
    """Own grants and teams'; a project robot nothing outside its project, whatever the rows say."""
    robot = world.robots[key]
    if robot.organization != place.organization:
        return []
    if robot.project and robot.project != place.project:
        return []
    parts = granted(world, "robot", key, place)
    for team, member in world.robot_places:
        if member == key:
            parts += granted(world, "team", team, place)
    return parts


def parts(world: World, holder: Holder, place: Place) -> list[Words]:
    """Everything that a person, robot or team holds at `place`, for each reason on its own."""
    kind, key = holder
    if kind == "team":
        return granted(world, "team", key, place)
    return (parts_of_person if kind == "person" else parts_of_robot)(world, key, place)


def token_holds(world: World, key: str, place: Place) -> Words:
    """What its owner holds, narrowed."""
    token = world.tokens[key]
    held = holds(world, (token.kind, token.owner), place)
    return held if token.permissions is None else held & with_pull(token.permissions)


def role_holds(world: World, key: str, place: Place) -> Words:
    """What a role would give to whoever gets it where it may be granted."""
    role = world.roles[key]
    inside = lies_in(place, Place(role.organization, role.project))
    return with_pull(role.permissions) if inside else frozenset()


def holds(world: World, holder: Holder, place: Place) -> Words:
    """Everything that `holder` holds at `place`, disabled or not."""
    kind, key = holder
    if kind == "invitation":
        person, organization = key.split(" to ")
        role = world.invitations.get((person, organization), "")
        return ORGANIZATION_ROLES[role] if organization == place.organization else frozenset()
    if kind == "token":
        return token_holds(world, key, place)
    if kind == "role":
        return role_holds(world, key, place)
    return frozenset(chain.from_iterable(parts(world, holder, place)))


def is_in_force(world: World, holder: Holder) -> bool:
    """Whether it can act at all; a token needs its owner for that."""
    kind, key = holder
    if kind == "person":
        return world.people[key]
    if kind == "robot":
        return world.robots[key].state == ""
    token = world.tokens[key]
    return token.state == "" and is_in_force(world, (token.kind, token.owner))


def everyone(world: World, place: Place) -> Words:
    """What belongs to everybody, with credentials or without."""
    return words("artifact:pull") if world.repositories.get(place) else frozenset()


def may(world: World, actor: Holder, permission: str, place: Place) -> bool:
    """Whether `actor` may do this there now."""
    held = holds(world, actor, place) if is_in_force(world, actor) else frozenset()
    return permission in held | everyone(world, place)
