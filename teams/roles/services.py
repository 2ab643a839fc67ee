"""Changes to custom roles. Ending one needs to know robots and stands there."""

from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from console.audit.recording import changing, record
from console.errors import Conflict
from console.models import Organization, Project
from console.permissions.decision import Actor, require, require_all
from console.permissions.vocabulary import (
    STRONG_PERMISSIONS,
    Permission,
    Permissions,
    with_implied,
)
from console.updates import assign
from teams.models import Role


def create_role(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    permissions: Permissions,
    project: Project | None = None,
    description: str = "",
) -> Role:
    """Make a role of the organization, or of one project. The actor must hold what it names."""
    role = Role(
        organization=organization,
        project=project,
        name=name,
        description=description,
        permissions=with_implied(permissions),
    )
    with changing(organization) as chain:
        require(actor, Permission.ROLE_CREATE, role.scope)
        role.full_clean()
        require_all(actor, role.permissions, role.scope)
        role.save()
        record(chain, actor=actor, action="role:created", target=role, after=as_recorded(role))
    return role


def as_recorded(role: Role) -> dict[str, Any]:
    """A role as the audit log keeps it."""
    return {"description": role.description, "permissions": sorted(role.permissions)}


def refetch_role(role: Role) -> Role:
    """The role as it is now, under the organization's lock."""
    found = Role.objects.select_related("organization", "project__organization")
    try:
        return found.get(pk=role.pk)
    except Role.DoesNotExist as error:
        raise Conflict("The role has been deleted meanwhile.") from error


class RoleChanges(TypedDict, total=False):
    """What of a role may change."""

    description: str
    permissions: Permissions


def _require_to_confer(actor: Actor, role: Role, before: Iterable[str]) -> None:
    """Where the role may be granted, all of it would hold; what makes tokens strong takes the password."""
    require_all(actor, role.permissions, role.scope)
    if (role.permissions - frozenset(before)) & STRONG_PERMISSIONS:
        actor.prove_presence()


def update_role(*, actor: Actor, role: Role, **changes: Unpack[RoleChanges]) -> Role:
    """Change a role; every grant of it changes with it, at once."""
    with changing(role.organization) as chain:
        role = refetch_role(role)
        require(actor, Permission.ROLE_UPDATE, role)
        before = as_recorded(role)
        if "permissions" in changes:
            changes["permissions"] = with_implied(changes["permissions"])
        if changed := assign(role, changes, RoleChanges):
            _require_to_confer(actor, role, before["permissions"])
            role.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="role:updated",
                target=role,
                before=before,
                after=as_recorded(role),
            )
    return role
