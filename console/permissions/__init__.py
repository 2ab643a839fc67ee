"""Permissions: the whole vocabulary, the built-in roles as data, and the one function that says yes.

Everything that asks whether somebody may do something gathers what the actor holds
(`Actor.grants_on`) and gives it to `decide`, which is pure: pages, API, commands and verifiers get
the same answer and the same reason.
"""

from console.permissions.decision import (
    NO_LIMITS,
    Actor,
    CameWith,
    Decision,
    Glance,
    Held,
    Limits,
    MissingPermission,
    Target,
    Targeted,
    allows,
    decide,
    explain,
    projects_with,
    require,
    require_all,
)
from console.permissions.roles import (
    BUILTIN_ROLES,
    PROJECT_PERMISSIONS,
    REPOSITORY_PERMISSIONS,
    TEAM_ROLES,
    BuiltinRole,
    Scope,
)
from console.permissions.vocabulary import (
    CONTROL_PERMISSIONS,
    DATA_PERMISSIONS,
    IMPLIED,
    REGISTRY_ACTIONS,
    TICKABLE,
    Permission,
    Permissions,
    with_implied,
)

__all__ = [
    "BUILTIN_ROLES",
    "CONTROL_PERMISSIONS",
    "DATA_PERMISSIONS",
    "IMPLIED",
    "NO_LIMITS",
    "PROJECT_PERMISSIONS",
    "REGISTRY_ACTIONS",
    "REPOSITORY_PERMISSIONS",
    "TEAM_ROLES",
    "TICKABLE",
    "Actor",
    "BuiltinRole",
    "CameWith",
    "Decision",
    "Glance",
    "Held",
    "Limits",
    "MissingPermission",
    "Permission",
    "Permissions",
    "Scope",
    "Target",
    "Targeted",
    "allows",
    "decide",
    "explain",
    "projects_with",
    "require",
    "require_all",
    "with_implied",
]
