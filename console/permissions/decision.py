"""Gather, then decide: who holds what, where, and the one function that says yes or no."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied

from console.permissions.vocabulary import (
    DATA_PERMISSIONS,
    Permission,
    Permissions,
    with_implied,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where something is done. Ids of rows; `None` where there is no narrower thing (or no row).

    `on_repository` is true for a repository path even when the repository has no row yet.
    """

    organization_id: int
    project_id: int | None = None
    repository_id: int | None = None
    team_id: int | None = None
    on_repository: bool = False
    public: bool = False
    path: str = ""

    @property
    def target(self) -> "Target":
        return self


@dataclass(frozen=True, slots=True)
class Held:
    """One grant as `decide` sees it: which permissions, where, and what to call it in an answer."""

    permissions: Permissions
    organization_id: int
    project_id: int | None = None
    repository_id: int | None = None
    is_level: bool = False
    source: str = ""
    uuid: UUID | None = None
    team_id: int | None = None
    # When it ends by itself. What has ended is not gathered: `decide` knows no clock.
    expires_at: datetime | None = None

    def covers(self, target: Target) -> bool:
        """Whether `target` lies within this grant's scope."""
        return (
            self.organization_id == target.organization_id
            and self.project_id in (None, target.project_id)
            and self.repository_id in (None, target.repository_id)
            and self.team_id in (None, target.team_id)
        )

    def confers(self, permission: Permission, target: Target) -> bool:
        """Whether this grant gives `permission` on `target`."""
        if not self.covers(target) or permission not in with_implied(self.permissions):
            return False
        return target.on_repository or not self.is_level or permission in DATA_PERMISSIONS


@dataclass(frozen=True, slots=True)
class Limits:
    """What can only take away: a token's narrowing (`None`: not narrowed), a robot's own project."""

    permissions: Permissions | None = None
    project_id: int | None = None

    def refusal(self, permission: Permission, target: Target) -> str:
        """Why `permission` on `target` is outside these limits; empty when it is inside."""
        if self.project_id is not None and self.project_id != target.project_id:
            return "a project robot acts inside its own project only"
        if self.permissions is not None and permission not in with_implied(self.permissions):
            return "the token is narrowed to other permissions"
        return ""


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, and every grant that gives it (or why nothing does)."""

    allowed: bool
    reason: str
    because: tuple[Held, ...] = field(default=())

    def __bool__(self) -> bool:
        return self.allowed


def decide(
    held: Iterable[Held], permission: Permission, target: Target, limits: Limits = NO_LIMITS
) -> Decision:
    """Say whether `held` confers `permission` on `target` within `limits`. The one place that does.

    Public pull belongs to everyone and is not narrowed by limits.
    """
    if target.public and permission == Permission.ARTIFACT_PULL:
        return Decision(True, "the repository is public")
    if refusal := limits.refusal(permission, target):
        return Decision(False, refusal)
    because = tuple(grant for grant in held if grant.confers(permission, target))
    if not because:
        return Decision(False, f"no grant gives {permission} here")
    return Decision(True, because[0].source, because)


@dataclass(frozen=True, slots=True)
class CameWith:
    """The token and the very secret (its row's id) that an actor came with.

    `briefly` is whether it was an access token, which the secret only asked for.
    """

    access_id: UUID
    secret_id: int
    briefly: bool = False


class Actor(Protocol):
    """Who does something: a person or a robot."""

    @property
    def actor_kind(self) -> str: ...

    @property
    def actor_uuid(self) -> UUID: ...

    @property
    def actor_label(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def came_with(self) -> CameWith | None:
        """The token that the actor came with; `None` for whoever is signed in."""
        ...

    @property
    def is_operator(self) -> bool:
        """Whether the actor runs this installation: changes what belongs to no organization."""
        ...

    def prove_presence(self) -> None:
        """Raise unless whoever is signed in gave their password lately. A token proves itself."""
        ...

    def factors(self) -> frozenset[str] | None:
        """The kinds of second factor that a person has set up; `None` for what has none: machines."""
        ...

    def grants_on(self, target: Target) -> list[Held]:
        """Everything the actor holds in the target's organization."""
        ...

    def note_use(self, permission: Permission, target: Target) -> None:
        """Take note that the actor was asked for `permission` on `target`, and holds it."""
        ...


class Viewer(Actor, Protocol):
    """An actor through whose eyes lists are read."""

    def organization_ids(self) -> Any:  # noqa: ANN401 - a set or a queryset, for `__in`
        """The organizations the actor belongs to: ids, or a queryset of ids."""
        ...


def decide_for(
    actor: Actor, held: Iterable[Held], permission: Permission, target: Target
) -> Decision:
    """`decide` for an actor, who takes note of the use where one of `held` allows it."""
    decision = decide(held, permission, target, actor.limits)
    if decision.because:
        actor.note_use(permission, target)
    return decision


class Targeted(Protocol):
    """A thing that permissions are asked about: an organization, a project, a repository."""

    @property
    def target(self) -> Target: ...


class MissingPermission(PermissionDenied):
    """The actor sees the thing and may not do this to it. Names what is missing."""

    def __init__(self, permission: Permission, target: Target, reason: str) -> None:
        super().__init__("This needs a permission that you do not hold here.")
        self.permission, self.target, self.reason = permission, target, reason


def explain(actor: Actor, permission: Permission, thing: Targeted) -> Decision:
    """Gather, then decide: may `actor` do this to `thing`, and why?"""
    target = thing.target
    return decide_for(actor, actor.grants_on(target), permission, target)


def allows(actor: Actor, permission: Permission, thing: Targeted) -> bool:
    """`explain` as a plain yes or no."""
    return explain(actor, permission, thing).allowed


def require(actor: Actor, permission: Permission, thing: Targeted) -> None:
    """Raise `MissingPermission` unless `actor` may do this to `thing`."""
    decision = explain(actor, permission, thing)
    if not decision:
        raise MissingPermission(permission, thing.target, decision.reason)


def require_all(actor: Actor, permissions: Iterable[Permission], thing: Targeted) -> None:
    """Nobody grants what they do not hold: `require` for each of `permissions` and what it implies."""
    target = replace(thing.target, public=False)
    held = actor.grants_on(target)
    for permission in sorted(with_implied(permissions)):
        decision = decide_for(actor, held, permission, target)
        if not decision:
            raise MissingPermission(permission, target, decision.reason)


def require_lasting(actor: Actor) -> None:
    """Raise for an access token: a secret that it made would outlive it, and all that it was limited to."""
    came = actor.came_with
    if came is not None and came.briefly:
        raise PermissionDenied(
            "An access token makes no secrets. Come with the token that asked for it."
        )
