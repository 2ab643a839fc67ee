"""Giving and taking: a holder gets a role, level or permissions on a scope."""

from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError

from console.audit.recording import changing, record
from console.errors import Conflict
from console.models import Organization, Project, Repository
from console.permissions.decision import Actor, Target, require, require_all
from console.permissions.vocabulary import Permission, Permissions
from console.updates import require_known
from teams.models import AccessGrant, Role
from teams.models.grants import GrantHolder
from teams.roles.services import refetch_role

NOTHING: Permissions = frozenset()


@dataclass(frozen=True, slots=True)
class GrantSpec:
    """What is given and where: one of `role` (`project:developer`), `custom_role`, `permissions`.

    Without a repository it is on the whole project, without a project on the whole organization.
    """

    organization: Organization
    project: Project | None = None
    repository: Repository | None = None
    role: str = ""
    custom_role: Role | None = None
    permissions: Permissions = field(default=frozenset())

    def values(self) -> dict[str, Any]:
        """The columns of the grant's row."""
        return {
            "organization": self.organization,
            "project": self.project,
            "repository": self.repository,
            "role": self.role,
            "custom_role": self.custom_role,
            "permissions": self.permissions,
        }


def scope_of(grant: AccessGrant) -> Organization | Project | Repository:
    """What the grant is on."""
    return grant.repository or grant.project or grant.organization


def reach_of(grant: AccessGrant) -> Target:
    """Where the grant confers something: a level reaches repositories only."""
    _, is_level = grant.conferred
    return Target(
        grant.organization_id,
        grant.project_id,
        grant.repository_id,
        on_repository=is_level or grant.repository_id is not None,
    )


def require_to_hold(actor: Actor, grant: AccessGrant) -> None:
    """Nobody confers what they do not hold: the actor needs all that `grant` gives, where it does."""
    permissions, _ = grant.conferred
    require_all(actor, permissions, reach_of(grant))


def require_to_confer(actor: Actor, grant: AccessGrant) -> None:
    """The actor holds all that `grant` gives; where it strengthens tokens, the password as well."""
    require_to_hold(actor, grant)
    if grant.strengthens_tokens:
        actor.prove_presence()


def give(*, actor: Actor, holder: GrantHolder, spec: GrantSpec) -> AccessGrant:
    """Give `holder` what `spec` says. Giving the same once more changes nothing."""
    with changing(spec.organization) as chain:
        same: AccessGrant | None = holder.grants.filter(**spec.values()).first()
        if same is not None:
            require(actor, Permission.GRANT_CREATE, scope_of(same))
            return same
        grant = save_grant(actor, holder, spec)
        record(chain, actor=actor, action="grant:created", target=grant, after=as_recorded(grant))
        return grant


def save_grant(actor: Actor, holder: GrantHolder, spec: GrantSpec) -> AccessGrant:
    """The grant's row, if the actor may give it: part of a change that is under way."""
    grant = holder.new_grant(**spec.values())
    require(actor, Permission.GRANT_CREATE, scope_of(grant))
    grant.custom_role = _refetch_role(spec.custom_role)
    grant.full_clean()
    require_to_confer(actor, grant)
    grant.save()
    return grant


def _refetch_role(role: Role | None) -> Role | None:
    """The role as it is now: what it gives may have changed since somebody chose it."""
    return refetch_role(role) if role else None


def as_recorded(grant: AccessGrant) -> dict[str, Any]:
    """A grant as the audit log keeps it."""
    permissions, _ = grant.conferred
    return {
        "holder": str(grant.holder),
        "on": grant.scope_label,
        "gives": grant.what,
        "permissions": sorted(permissions),
    }


class GrantChanges(TypedDict, total=False):
    """What of a grant may change: one of these."""

    role: str
    custom_role: Role
    permissions: Permissions


def change_grant(
    *, actor: Actor, grant: AccessGrant, **changes: Unpack[GrantChanges]
) -> AccessGrant:
    """Let a grant give something else; who holds it and where stays. The same changes nothing."""
    require_known(changes, GrantChanges)
    given = changes.get("role", ""), changes.get("custom_role"), changes.get("permissions", NOTHING)
    with changing(grant.organization) as chain:
        grant = _refetch(grant)
        require(actor, Permission.GRANT_UPDATE, scope_of(grant))
        if not changes or given == (grant.role, grant.custom_role, grant.permissions):
            return grant
        before = as_recorded(grant)
        _save_given(actor, grant, *given)
        after = as_recorded(grant)
        record(chain, actor=actor, action="grant:updated", target=grant, before=before, after=after)
    return grant


def _save_given(
    actor: Actor, grant: AccessGrant, role: str, custom_role: Role | None, permissions: Permissions
) -> None:
    _refuse_fixed(grant)
    grant.role, grant.custom_role = role, _refetch_role(custom_role)
    grant.permissions = permissions
    grant.full_clean()
    require_to_confer(actor, grant)
    grant.save(update_fields=["role", "custom_role", "permissions"])


def _refetch(grant: AccessGrant) -> AccessGrant:
    found: AccessGrant | None = type(grant).objects.with_names().filter(pk=grant.pk).first()
    if found is None:
        raise Conflict("The grant has been taken back meanwhile.")
    return found


def take(*, actor: Actor, grant: AccessGrant) -> None:
    """End a grant. `Conflict` when it ended meanwhile."""
    with changing(grant.organization) as chain:
        before = as_recorded(grant)
        remove_grant(actor, grant)
        record(chain, actor=actor, action="grant:deleted", target=grant, before=before)


def remove_grant(actor: Actor, grant: AccessGrant) -> None:
    """Delete the grant's row, if the actor may: part of a change that is under way."""
    require(actor, Permission.GRANT_DELETE, scope_of(grant))
    _refuse_fixed(grant)
    found, _ = type(grant).objects.filter(pk=grant.pk).delete()
    if not found:
        raise Conflict("The grant has been taken back meanwhile.")


def _refuse_fixed(grant: AccessGrant) -> None:
    if grant.is_fixed:
        raise ValidationError("A role account holds its role; delete the account instead.")
