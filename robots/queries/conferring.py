"""Nobody gives what they do not hold."""

from console.permissions.decision import Actor, Target, require_all
from console.permissions.vocabulary import Permissions, with_implied
from robots.models import Robot


def require_to_hold_what(actor: Actor, robot: Robot, narrowing: Permissions | None = None) -> None:
    """Nobody confers what they do not hold: the actor must hold all that the robot's grants give."""
    for grant in robot.grants_on(robot.organization.target):
        scope = Target(
            grant.organization_id,
            grant.project_id,
            grant.repository_id,
            on_repository=grant.is_level or grant.repository_id is not None,
        )
        given = with_implied(grant.permissions)
        require_all(actor, given if narrowing is None else given & with_implied(narrowing), scope)
