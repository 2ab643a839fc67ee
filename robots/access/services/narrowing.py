"""Narrowing what a robot holds to what it used: all of it or nothing, and only what was seen."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from console.audit.recording import changing
from console.errors import Conflict
from console.permissions.decision import Actor, allows, decide, require
from console.permissions.vocabulary import Permission, with_implied
from robots.models import Robot
from robots.queries.unused_permissions import UnusedGrant, unused_permissions
from teams.grants.services import GrantChanges, change_grant, reach_of, scope_of, take


class NarrowingConflict(Conflict):
    """A grant is not as it was seen, or was used meanwhile; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed one of these grants meanwhile, or the robot account used it."
            " Look at what would be left now."
        )


def narrow_robot(*, actor: Actor, robot: Robot, seen: Mapping[UUID, str]) -> list[UnusedGrant]:
    """Let these grants of the robot's own give what would be left of them; returns what became of each.

    `seen` has the fingerprint of each, as somebody saw it. Raises `NarrowingConflict`.
    """
    with changing(robot.organization):
        own = unused_permissions(robot.refetch(), set()).own
        require_to_narrow_any(actor, robot, own)
        present = {unused.uuid: unused for unused in own}
        if any(uuid not in present or present[uuid].fingerprint != seen[uuid] for uuid in seen):
            raise NarrowingConflict
        chosen = [unused for uuid, unused in present.items() if uuid in seen]
        for unused in chosen:
            _narrow(actor, unused)
    return chosen


def require_to_narrow_any(actor: Actor, robot: Robot, own: Iterable[UnusedGrant]) -> None:
    """Raise unless the actor may narrow one of the robot's own grants, or change whatever it holds."""
    if not any(may_narrow(actor, unused) for unused in own):
        require(actor, Permission.GRANT_UPDATE, robot)


def _narrow(actor: Actor, unused: UnusedGrant) -> None:
    grant, left = unused.grant, unused.left
    if left.is_nothing:
        take(actor=actor, grant=grant)
        return
    what: GrantChanges = {"role": left.role} if left.role else {"permissions": left.permissions}
    change_grant(actor=actor, grant=grant, **what)


def may_narrow(actor: Actor, unused: UnusedGrant) -> bool:
    """Whether the actor may narrow that grant of the robot's own, and holds what would be left of it."""
    grant, left = unused.grant, unused.left
    needed = Permission.GRANT_DELETE if left.is_nothing else Permission.GRANT_UPDATE
    if not allows(actor, needed, scope_of(grant)):
        return False
    reach = reach_of(grant)
    held = actor.grants_on(reach)
    return all(decide(held, name, reach, actor.limits) for name in with_implied(left.gives))
