"""Role accounts: a robot that has exactly the permissions of one role, and the end of roles."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from console.audit.recording import changing, record
from console.http import Visit
from console.models import Organization, Project
from console.models.grants import role_key
from console.organizations.services import refetch_project
from console.permissions.decision import Actor, MissingPermission, require
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permission, Permissions
from robots.accounts.services.robots import end_robot, save_new_robot
from robots.base.credentials import Kind
from robots.base.robot_names import RESERVED_PREFIX
from robots.base.secret_lifetimes import LinkLife
from robots.models import Robot, Token
from robots.queries.roles import grants_of_role
from robots.tokens.services.handovers import Link, save_waiting
from robots.tokens.services.minting import Minted, mint, prepare_to_mint
from robots.tokens.services.repetition import refuse_repetition
from robots.tokens.services.tokens import save_token
from teams.grants.services import GrantSpec, save_grant
from teams.models import Role, User
from teams.roles.services import as_recorded, refetch_role

# A robot is not a member, and a role account takes no second grant, so it could not become admin of what
# it creates.
_WITHOUT_TOKENS = {(Scope.ORGANIZATION, "member"), (Scope.ORGANIZATION, "project-creator")}
# The built-in roles that may have tokens, and whether each is used in a project.
ROLES_WITH_TOKENS = {
    role_key(key): key[0] is Scope.PROJECT
    for key, role in BUILTIN_ROLES.items()
    if not role.is_level and key not in _WITHOUT_TOKENS
}


@dataclass(frozen=True, slots=True)
class RoleAt:
    """A built-in role (`key`, say `project:developer`) or a custom one, and the level it is used at."""

    organization: Organization
    project: Project | None = None
    key: str = ""
    custom: Role | None = None

    @property
    def name(self) -> str:
        return self.custom.name if self.custom else self.key.partition(":")[2]

    @property
    def permissions(self) -> Permissions:
        """What the role confers."""
        if self.custom:
            return frozenset(self.custom.permissions)
        scope, _, name = self.key.partition(":")
        return BUILTIN_ROLES[Scope(scope), name].permissions

    @property
    def spec(self) -> GrantSpec:
        return GrantSpec(self.organization, self.project, role=self.key, custom_role=self.custom)

    @property
    def fits(self) -> bool:
        """Whether the role can have tokens at this level."""
        if self.custom:
            return self.custom.organization_id == self.organization.pk and (
                self.custom.project_id == (self.project.pk if self.project else None)
            )
        return ROLES_WITH_TOKENS.get(self.key) is (self.project is not None)


def create_role_token(
    *,
    actor: Actor,
    role: RoleAt,
    name: str,
    expires_at: datetime | None = None,
    kind: str = Kind.SIGNED,
    request_key: UUID | None = None,
) -> Minted:
    """A token of the role's account, which is made with the first one.

    The name is unique among the role tokens of the level, whatever the role.
    """
    prepare_to_mint(kind)
    with changing(role.organization) as chain:
        token, noted = _new_token(actor, role, request_key)
        token.name, token.expires_at = name, expires_at
        minted = mint(actor, token, kind, request_key)
        save_token(chain, actor, minted, noted)
    return minted


def create_role_token_by_link(
    *,
    actor: User,
    role: RoleAt,
    name: str,
    expires_at: datetime | None = None,
    kind: str = Kind.SIGNED,
    life: str = LinkLife.DAY,
    request_key: UUID | None = None,
) -> Link:
    """The same without a secret, and the link that mints its first one."""
    with changing(role.organization) as chain:
        token, noted = _new_token(actor, role, request_key)
        token.name, token.expires_at = name, expires_at
        return save_waiting(chain, actor, token, kind, life, request_key, noted)


def _new_token(
    actor: Actor, role: RoleAt, request_key: UUID | None
) -> tuple[Token, dict[str, str]]:
    """A token of the role's account, still without a name, and what is recorded of the role."""
    role = _refetch(role)
    account, is_new = _account(actor, role)
    refuse_repetition(account, request_key)
    noted = {"role": role.name} | ({"role_account": account.login_name} if is_new else {})
    return Token(robot=account, created_by=actor.actor_label), noted


def _refetch(role: RoleAt) -> RoleAt:
    """The role and its level as they are now, under the organization's lock."""
    custom = refetch_role(role.custom) if role.custom else None
    project = refetch_project(role.project) if role.project else None
    role = replace(role, custom=custom, project=project)
    if not role.fits or (project and project.organization_id != role.organization.pk):
        raise ValidationError("This role has no tokens at this level.")
    return role


def _account(actor: Actor, role: RoleAt) -> tuple[Robot, bool]:
    """The role's account at its level, and whether it was made just now."""
    level = Robot.objects.role_accounts().filter(
        organization=role.organization, project=role.project, role_name=role.name
    )
    if found := level.select_related("organization", "project__organization").first():
        return found, False
    require(actor, Permission.ROBOT_CREATE, role.project or role.organization)
    robot = Robot.at(role.organization, role.project, f"{RESERVED_PREFIX}{role.name}")
    robot.role_name, robot.created_by = role.name, actor.actor_label
    robot.description = f"Has exactly the permissions of the role {role.name}."
    save_new_robot(robot)
    save_grant(actor, robot, role.spec)
    return robot, True


def delete_role(*, actor: Actor, role: Role) -> None:
    """End a role: every grant of it, and its account with its tokens."""
    with changing(role.organization) as chain:
        role = refetch_role(role)
        require(actor, Permission.ROLE_DELETE, role)
        before = as_recorded(role) | {"grants": [str(grant) for grant in grants_of_role(role)]}
        accounts = Robot.objects.role_accounts().filter(grants__custom_role=role)
        before["tokens"] = [name for robot in accounts.distinct() for name in end_robot(robot)]
        Role.objects.filter(pk=role.pk).delete()
        record(chain, actor=actor, action="role:deleted", target=role, before=before)


def require_somewhere(request: Visit, permission: Permission) -> set[int] | None:
    """The projects where the viewer holds it, `None` for all; 403 when nowhere."""
    projects = request.viewer.projects_with(permission)
    if projects is not None and not projects:
        target = request.organization.target
        raise MissingPermission(permission, target, f"no grant gives {permission} here")
    return projects
