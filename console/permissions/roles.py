"""The built-in roles and repository levels, as data."""

from dataclasses import dataclass
from enum import StrEnum

from console.permissions.vocabulary import (
    CONTROL_PERMISSIONS,
    DATA_PERMISSIONS,
    Permission,
    Permissions,
)

_REPOSITORY_CONTROL: Permissions = frozenset(
    name for name in CONTROL_PERMISSIONS if name.startswith("grant:")
) | {Permission.REPOSITORY_UPDATE, Permission.REPOSITORY_DELETE}
_PROJECT_CONTROL: Permissions = frozenset(
    name
    for name in CONTROL_PERMISSIONS
    if name.startswith(("repository:", "grant:", "robot:", "token:", "trust:"))
) | {
    Permission.PROJECT_READ,
    Permission.PROJECT_UPDATE,
    Permission.PROJECT_DELETE,
    Permission.ROLE_READ,
    Permission.EVENT_READ,
}


# What means something on one repository, and inside one project (and may stand in its roles).
REPOSITORY_PERMISSIONS: Permissions = DATA_PERMISSIONS | _REPOSITORY_CONTROL
PROJECT_PERMISSIONS: Permissions = DATA_PERMISSIONS | _PROJECT_CONTROL
# What a place in a team allows on the team itself.
TEAM_ROLES: dict[str, Permissions] = {
    "owner": frozenset({Permission.TEAM_READ, Permission.TEAM_UPDATE}),
    "member": frozenset({Permission.TEAM_READ}),
}


class Scope(StrEnum):
    """What a role or grant is about."""

    ORGANIZATION = "organization"
    PROJECT = "project"
    REPOSITORY = "repository"


@dataclass(frozen=True, slots=True)
class BuiltinRole:
    """A role that ships with Roster. A `level` reaches repositories and never the project itself."""

    name: str
    scope: Scope
    description: str
    permissions: Permissions
    is_level: bool = False


_VIEW = frozenset({Permission.REPOSITORY_VIEW})
_READ = _VIEW | {Permission.ARTIFACT_PULL, Permission.CHART_READ}
_WRITE = _READ | {
    Permission.ARTIFACT_PUSH,
    Permission.CHART_CREATE,
    Permission.TAG_CREATE,
    Permission.LABEL_CREATE,
    Permission.SCAN_CREATE,
}
_READ_EVERYTHING = frozenset(name for name in CONTROL_PERMISSIONS if name.endswith(":read")) | _VIEW

BUILTIN_ROLES = {
    (role.scope, role.name): role
    for role in (
        BuiltinRole(
            "owner", Scope.ORGANIZATION, "Everything in the organization.", frozenset(Permission)
        ),
        BuiltinRole(
            "member",
            Scope.ORGANIZATION,
            "Sees the organization and its members, and what its own grants open.",
            frozenset({Permission.ORGANIZATION_READ, Permission.MEMBER_READ}),
        ),
        BuiltinRole(
            "viewer",
            Scope.ORGANIZATION,
            "Reads everything, never a secret.",
            _READ_EVERYTHING,
        ),
        BuiltinRole(
            "project-creator",
            Scope.ORGANIZATION,
            "Creates projects and becomes admin of those.",
            frozenset({Permission.ORGANIZATION_READ, Permission.PROJECT_CREATE}),
        ),
        BuiltinRole(
            "admin",
            Scope.PROJECT,
            "Everything in one project: repositories, robots, tokens, grants.",
            DATA_PERMISSIONS | _PROJECT_CONTROL,
        ),
        BuiltinRole(
            "maintainer",
            Scope.PROJECT,
            "All data permissions, manages repositories, sees robots.",
            DATA_PERMISSIONS
            | {
                Permission.PROJECT_READ,
                Permission.REPOSITORY_CREATE,
                Permission.REPOSITORY_UPDATE,
                Permission.REPOSITORY_DELETE,
                Permission.ROBOT_READ,
                Permission.TOKEN_READ,
            },
        ),
        BuiltinRole(
            "developer",
            Scope.PROJECT,
            "Pushes, pulls and tags; reads and creates charts; creates scans.",
            frozenset(
                {
                    Permission.PROJECT_READ,
                    Permission.REPOSITORY_VIEW,
                    Permission.ARTIFACT_PULL,
                    Permission.ARTIFACT_PUSH,
                    Permission.TAG_CREATE,
                    Permission.CHART_READ,
                    Permission.CHART_CREATE,
                    Permission.SCAN_CREATE,
                }
            ),
        ),
        BuiltinRole(
            "guest",
            Scope.PROJECT,
            "Sees the project's repositories and pulls from them.",
            frozenset(
                {Permission.PROJECT_READ, Permission.REPOSITORY_VIEW, Permission.ARTIFACT_PULL}
            ),
        ),
        BuiltinRole("view", Scope.REPOSITORY, "See it in Roster; no pull.", _VIEW, is_level=True),
        BuiltinRole("read", Scope.REPOSITORY, "Pull.", _READ, is_level=True),
        BuiltinRole(
            "write", Scope.REPOSITORY, "Push, tags, charts, labels, scans.", _WRITE, is_level=True
        ),
        BuiltinRole(
            "admin",
            Scope.REPOSITORY,
            "Also delete artifacts and the repository, and manage its grants.",
            DATA_PERMISSIONS | _REPOSITORY_CONTROL,
            is_level=True,
        ),
    )
}

# From the least to the most, and how one is written in a grant's row.
REPOSITORY_LEVELS = tuple(name for scope, name in BUILTIN_ROLES if scope == Scope.REPOSITORY)
LEVEL_PREFIX = f"{Scope.REPOSITORY}:"

# What pages show of what somebody may do on a repository, and what all of each takes.
ABILITIES: dict[str, Permissions] = {
    "view": frozenset({Permission.REPOSITORY_VIEW}),
    "pull": frozenset({Permission.ARTIFACT_PULL}),
    "push": frozenset({Permission.ARTIFACT_PUSH}),
    "delete": frozenset({Permission.ARTIFACT_DELETE}),
    "admin": BUILTIN_ROLES[Scope.REPOSITORY, "admin"].permissions,
}
