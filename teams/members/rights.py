"""Who may change who belongs to an organization."""

from console.models import Organization, Project
from console.permissions.decision import Actor, MissingPermission, allows, require, require_all
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permission
from teams.models import Invitation, Membership


def require_role(actor: Actor, role: str, organization: Organization) -> None:
    """The actor must hold all that the membership `role` confers."""
    require_all(actor, BUILTIN_ROLES[Scope.ORGANIZATION, role].permissions, organization)


def require_over_member(actor: Actor, permission: Permission, membership: Membership) -> None:
    """The actor may do this to the membership; to an owner's only with all that owners hold."""
    require(actor, permission, membership.organization)
    if membership.role == Membership.Role.OWNER:
        require_role(actor, membership.role, membership.organization)


def require_to_invite(
    actor: Actor,
    organization: Organization,
    role: str,
    project: Project | None,
    permission: Permission = Permission.MEMBER_CREATE,
) -> None:
    """The actor may invite; as a member, to a project alone, that may be who gives roles there as well."""
    is_to_project = project is not None and role == Membership.Role.MEMBER
    if project is not None and is_to_project and not allows(actor, permission, organization):
        require(actor, Permission.GRANT_CREATE, project)
    else:
        require(actor, permission, organization)


def require_over_invitation(
    actor: Actor, invitation: Invitation, permission: Permission = Permission.MEMBER_CREATE
) -> None:
    """The same for one that is there; who invites to projects does it with their own alone."""
    is_own = invitation.inviter_uuid == actor.actor_uuid
    project = invitation.project if is_own else None
    require_to_invite(actor, invitation.organization, invitation.role, project, permission)


def require_to_withdraw(actor: Actor, invitation: Invitation) -> None:
    """The actor may end the invitation."""
    require_over_invitation(actor, invitation, Permission.MEMBER_DELETE)


def is_over_owners(actor: Actor, organization: Organization) -> bool:
    """Whether the actor holds all that an owner does."""
    try:
        require_role(actor, Membership.Role.OWNER, organization)
    except MissingPermission:
        return False
    return True
