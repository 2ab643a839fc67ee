"""Every permission there is, with its words and what it implies."""

import functools
from collections.abc import Iterable
from enum import StrEnum


class Permission(StrEnum):
    """`resource:verb`. The first eleven are data permissions, the rest are control permissions."""

    ARTIFACT_PUSH = "artifact:push"
    ARTIFACT_PULL = "artifact:pull"
    ARTIFACT_DELETE = "artifact:delete"
    CHART_READ = "chart:read"
    CHART_CREATE = "chart:create"
    CHART_DELETE = "chart:delete"
    TAG_CREATE = "tag:create"
    TAG_DELETE = "tag:delete"
    LABEL_CREATE = "label:create"
    SCAN_CREATE = "scan:create"
    REPOSITORY_VIEW = "repository:view"

    ORGANIZATION_READ = "organization:read"
    ORGANIZATION_UPDATE = "organization:update"
    ORGANIZATION_DELETE = "organization:delete"
    MEMBER_READ = "member:read"
    MEMBER_CREATE = "member:create"
    MEMBER_UPDATE = "member:update"
    MEMBER_DELETE = "member:delete"
    TEAM_READ = "team:read"
    TEAM_CREATE = "team:create"
    TEAM_UPDATE = "team:update"
    TEAM_DELETE = "team:delete"
    PROJECT_READ = "project:read"
    PROJECT_CREATE = "project:create"
    PROJECT_UPDATE = "project:update"
    PROJECT_DELETE = "project:delete"
    REPOSITORY_CREATE = "repository:create"
    REPOSITORY_UPDATE = "repository:update"
    REPOSITORY_DELETE = "repository:delete"
    ROBOT_READ = "robot:read"
    ROBOT_CREATE = "robot:create"
    ROBOT_UPDATE = "robot:update"
    ROBOT_DELETE = "robot:delete"
    TOKEN_READ = "token:read"  # noqa: S105 - a permission's name
    TOKEN_CREATE = "token:create"  # noqa: S105 - a permission's name
    TOKEN_UPDATE = "token:update"  # noqa: S105 - a permission's name
    TOKEN_ROTATE = "token:rotate"  # noqa: S105 - a permission's name
    TOKEN_RENEW_SELF = "token:renew-self"  # noqa: S105 - a permission's name
    TOKEN_DELETE = "token:delete"  # noqa: S105 - a permission's name
    ROLE_READ = "role:read"
    ROLE_CREATE = "role:create"
    ROLE_UPDATE = "role:update"
    ROLE_DELETE = "role:delete"
    GRANT_READ = "grant:read"
    GRANT_CREATE = "grant:create"
    GRANT_UPDATE = "grant:update"
    GRANT_DELETE = "grant:delete"
    TRUST_READ = "trust:read"
    TRUST_CREATE = "trust:create"
    TRUST_UPDATE = "trust:update"
    TRUST_DELETE = "trust:delete"
    EVENT_READ = "event:read"

    @property
    def label(self) -> str:
        """What a person reads beside the name."""
        if self in LABELS:
            return LABELS[self]
        resource, verb = self.split(":")
        return VERB_LABELS[verb].format(RESOURCE_LABELS[resource])

    @property
    def enforced_by(self) -> str:
        """Who asks about this permission before it answers, in words; empty when nothing does."""
        return " and ".join(name for name, asks in ENFORCED_BY.items() if self in asks)


DATA_LABELS = {
    Permission.ARTIFACT_PUSH: "Push artifacts",
    Permission.ARTIFACT_PULL: "Pull artifacts",
    Permission.ARTIFACT_DELETE: "Delete artifacts",
    Permission.CHART_READ: "Read Helm charts",
    Permission.CHART_CREATE: "Create a Helm chart version",
    Permission.CHART_DELETE: "Delete a Helm chart version",
    Permission.TAG_CREATE: "Create a tag",
    Permission.TAG_DELETE: "Delete a tag",
    Permission.LABEL_CREATE: "Create artifact labels",
    Permission.SCAN_CREATE: "Create a scan",
    Permission.REPOSITORY_VIEW: "View the repository",
}
LABELS = DATA_LABELS | {Permission.TOKEN_RENEW_SELF: "Renew its own token"}
VERB_LABELS = {
    "read": "See {}",
    "create": "Create {}",
    "update": "Change {}",
    "delete": "Delete {}",
    "rotate": "Rotate {}",
}
RESOURCE_LABELS = {
    "organization": "the organization",
    "member": "members",
    "team": "teams",
    "project": "projects",
    "repository": "repositories",
    "robot": "robot accounts",
    "token": "tokens",
    "role": "roles",
    "grant": "grants",
    "trust": "trusts",
    "event": "the audit log",
}
REGISTRY_ACTIONS = {
    Permission.ARTIFACT_PULL: "pull",
    Permission.ARTIFACT_PUSH: "push",
    Permission.ARTIFACT_DELETE: "delete",
}

Permissions = frozenset[Permission]

DATA_PERMISSIONS: Permissions = frozenset(DATA_LABELS)
CONTROL_PERMISSIONS: Permissions = frozenset(Permission) - DATA_PERMISSIONS
# What each part of Roster asks about before it answers. Tests ask the parts themselves, and compare.
ENFORCED_BY: dict[str, Permissions] = {
    "registry token": frozenset(REGISTRY_ACTIONS),
    "forward auth": DATA_PERMISSIONS,
    "Roster": (CONTROL_PERMISSIONS | {Permission.REPOSITORY_VIEW})
    - {Permission.ORGANIZATION_DELETE},
}
# What can be chosen: of what one does in Roster itself, only what Roster has. Registries and their
# proxies come and go; what they may ask about can be given before they do.
OFFERED: Permissions = DATA_PERMISSIONS.union(*ENFORCED_BY.values())
# What makes a token strong: it may do more in Roster itself than see that a project is there, or live on.
STRONG_PERMISSIONS: Permissions = CONTROL_PERMISSIONS - {
    Permission.ORGANIZATION_READ,
    Permission.PROJECT_READ,
    Permission.TOKEN_RENEW_SELF,
}
# The ten a Harbor administrator ticks, in the order in which they stand in the form.
TICKABLE = tuple(name for name in DATA_LABELS if name != Permission.REPOSITORY_VIEW)

# Holding the first confers the second as well.
IMPLIED = {Permission.ARTIFACT_PUSH: Permission.ARTIFACT_PULL}


def with_implied(permissions: Iterable[Permission]) -> Permissions:
    """`permissions` and what they imply."""
    return _with_implied(frozenset(permissions))


@functools.lru_cache(maxsize=4096)
def _with_implied(held: Permissions) -> Permissions:
    return held | {IMPLIED[name] for name in held if name in IMPLIED}
