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
    """Let these grants of the robot's own give what would be left of them; say what became of which.

    `seen` has the fingerprint of each, as somebody saw it. Raises `NarrowingConflict`.
    """
    with changing(robot.organization):
        own = unused_permissions(robot.refetch(), set()).own
        require_some(actor, robot, own)
        present = {it.uuid: it for it in own}
        if any(uuid not in present or present[uuid].fingerprint != seen[uuid] for uuid in seen):
            raise NarrowingConflict
        chosen = [it for uuid, it in present.items() if uuid in seen]
        for it in chosen:
            _narrow(actor, it)
    return chosen


def require_some(actor: Actor, robot: Robot, own: Iterable[UnusedGrant]) -> None:
    """Raise unless the actor may narrow one of the robot's own grants, or change whatever it holds."""
    if not any(may_narrow(actor, it) for it in own):
        require(actor, Permission.GRANT_UPDATE, robot)


def _narrow(actor: Actor, it: UnusedGrant) -> None:
    left = it.left
    if left.is_nothing:
        return take(actor=actor, grant=it.grant)
    what: GrantChanges = {"role": left.role} if left.role else {"permissions": left.permissions}
    change_grant(actor=actor, grant=it.grant, **what)
    return None


def may_narrow(actor: Actor, it: UnusedGrant) -> bool:
    """Whether the actor may change that grant of the robot's own so, and holds what would be left of it."""
    needed = Permission.GRANT_DELETE if it.left.is_nothing else Permission.GRANT_UPDATE
    if not allows(actor, needed, scope_of(it.grant)):
        return False
    reach = reach_of(it.grant)
    held = actor.grants_on(reach)
    return all(decide(held, name, reach, actor.limits) for name in with_implied(it.left.gives))
