"""Giving and taking: a holder gets a role, level or permissions on a scope."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError

from console.audit.recording import changing, record
from console.errors import Conflict
from console.models import Organization, Project, Repository
from console.permissions.decision import (
    Actor,
    MissingPermission,
    Target,
    require,
    require_all,
)
from console.permissions.vocabulary import (
    DATA_PERMISSIONS,
    Permission,
    Permissions,
    with_implied,
)
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
    # When it ends by itself.
    expires_at: datetime | None = None

    @property
    def place(self) -> Organization | Project | Repository:
        """What it is given on."""
        return self.repository or self.project or self.organization

    def values(self) -> dict[str, Any]:
        """The columns of the grant's row, but for its end."""
        return {
            "organization": self.organization,
            "project": self.project,
            "repository": self.repository,
            "role": self.role,
            "custom_role": self.custom_role,
            "permissions": self.permissions,
        }

    def grant_of(self, holder: GrantHolder) -> AccessGrant:
        """The grant that it becomes; not saved."""
        grant = holder.new_grant(**self.values())
        grant.set_end(self.expires_at)
        return grant


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
    """Give `holder` what `spec` says. Giving the same again changes nothing, unless it lasts longer then."""
    with changing(spec.organization) as chain:
        same: AccessGrant | None = holder.grants.filter(**spec.values()).first()
        if same is not None:
            require(actor, Permission.GRANT_CREATE, scope_of(same))
            return _prolonged(actor, same, spec)
        grant = save_grant(actor, holder, spec)
        record(chain, actor=actor, action="grant:created", target=grant, after=as_recorded(grant))
        return grant


def _prolonged(actor: Actor, same: AccessGrant, spec: GrantSpec) -> AccessGrant:
    if same.outlasts(spec.grant_of(same.holder)):
        return same
    return change_grant(actor=actor, grant=same, expires_at=spec.expires_at)


def save_grant(actor: Actor, holder: GrantHolder, spec: GrantSpec) -> AccessGrant:
    """The grant's row, if the actor may give it: part of a change that is under way."""
    grant = spec.grant_of(holder)
    require(actor, Permission.GRANT_CREATE, scope_of(grant))
    grant.require_ahead()
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
        **({"expires_at": grant.expires_at} if grant.expires_at else {}),
    }


class Outcome(StrEnum):
    """What became of a wish to give something."""

    GIVEN = "given"
    RAISED = "raised"  # from a lower level on the very same place
    EXTENDED = "extended"  # the same on the very same place ends later now, or never
    HELD = "held"  # the holder's own grant there gives all of it


@dataclass(frozen=True, slots=True)
class Given:
    """A holder's grant, and whether it is new."""

    grant: AccessGrant
    outcome: Outcome


def give_all(
    *, actor: Actor, organization: Organization, wishes: Iterable[tuple[GrantHolder, GrantSpec]]
) -> list[Given]:
    """Give each holder what stands beside it, all of it or nothing. Nothing that is held becomes less.

    `MissingPermission` names the place where the actor may not.
    """
    with changing(organization):
        return [_give_there(actor, holder, spec) for holder, spec in wishes]


def _give_there(actor: Actor, holder: GrantHolder, spec: GrantSpec) -> Given:
    try:
        return _give_or_raise(actor, holder, spec)
    except MissingPermission as error:
        words = (
            f"You do not hold {error.permission} on {spec.place}, so you cannot give this there."
        )
        error.args = (words,)
        raise


def _give_or_raise(actor: Actor, holder: GrantHolder, spec: GrantSpec) -> Given:
    require(actor, Permission.GRANT_CREATE, spec.place)
    there = {"project": spec.project, "repository": spec.repository}
    own = list(holder.grants.with_names().filter(organization=spec.organization, **there))
    wanted = spec.grant_of(holder)
    for grant in own:
        if _includes(grant, wanted) and grant.outlasts(wanted):
            return Given(grant, Outcome.HELD)
    levels = [grant for grant in own if grant.conferred[1]]
    if wanted.conferred[1] and levels:
        highest = max(levels, key=lambda grant: len(grant.conferred[0]))
        if highest.role != wanted.role and _includes(wanted, highest) and wanted.outlasts(highest):
            changes: GrantChanges = {"role": spec.role, "expires_at": spec.expires_at}
            return Given(change_grant(actor=actor, grant=highest, **changes), Outcome.RAISED)
    is_there = any(given_by(grant) == given_by(wanted) for grant in own)
    outcome = Outcome.EXTENDED if is_there else Outcome.GIVEN
    return Given(give(actor=actor, holder=holder, spec=spec), outcome)


def _includes(grant: AccessGrant, wanted: AccessGrant) -> bool:
    """Whether `grant`, which is on the same place, gives all that `wanted` does; a level, on repositories."""
    (gives, is_level), (permissions, wants_level) = grant.conferred, wanted.conferred
    reaches = not is_level or wants_level or permissions <= DATA_PERMISSIONS
    return reaches and with_implied(permissions) <= with_implied(gives)


class GrantChanges(TypedDict, total=False):
    """What of a grant may change: one of the first three, and when it ends."""

    role: str
    custom_role: Role
    permissions: Permissions
    expires_at: datetime | None


WHAT = {"role", "custom_role", "permissions"}


def change_grant(
    *, actor: Actor, grant: AccessGrant, **changes: Unpack[GrantChanges]
) -> AccessGrant:
    """Let a grant give something else, or end at another time. The same changes nothing."""
    require_known(changes, GrantChanges)
    with changing(grant.organization) as chain:
        grant = _refetch(grant)
        require(actor, Permission.GRANT_UPDATE, scope_of(grant))
        before = as_recorded(grant)
        if not _assign(grant, changes):
            return grant
        _save_changed(actor, grant, changes)
        after = as_recorded(grant)
        action = "grant:updated" if changes.keys() & WHAT else "grant:expiry-changed"
        record(chain, actor=actor, action=action, target=grant, before=before, after=after)
    return grant


def _assign(grant: AccessGrant, changes: GrantChanges) -> bool:
    """Set what is named; whether that is something else."""
    before = given_by(grant), grant.expires_at
    if changes.keys() & WHAT:
        grant.role = changes.get("role", "")
        grant.custom_role = _refetch_role(changes.get("custom_role"))
        grant.permissions = changes.get("permissions", NOTHING)
    if "expires_at" in changes:
        grant.set_end(changes["expires_at"])
    return before != (given_by(grant), grant.expires_at)


def given_by(grant: AccessGrant) -> tuple[object, ...]:
    """What a grant gives, of whomever and until whenever."""
    return grant.role, grant.custom_role, grant.permissions


def _save_changed(actor: Actor, grant: AccessGrant, changes: GrantChanges) -> None:
    _refuse_fixed(grant)
    if "expires_at" in changes:
        grant.require_ahead()
    grant.full_clean()
    require_to_confer(actor, grant)
    grant.save(update_fields=["role", "custom_role", "permissions", "expires_at", "told_days"])


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
