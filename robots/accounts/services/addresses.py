"""From which networks robots may be used."""

from console.audit.recording import Chain, changing, record
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token


def change_robot_addresses(*, actor: Actor, robot: Robot, addresses: str) -> Robot:
    """Let the robot's tokens be used from these networks alone; none means from everywhere."""
    with changing(robot.organization) as chain:
        robot = robot.refetch()
        require(actor, Permission.ROBOT_UPDATE, robot)
        limit_robot(chain, actor, robot, addresses)
    return robot


def limit_robot(chain: Chain, actor: Actor, robot: Robot, addresses: str) -> None:
    """The same as part of a change that is under way."""
    robot.require_to_confer(actor)
    save_addresses(chain, actor, robot, addresses, "robot:addresses-changed")


def save_addresses(
    chain: Chain, actor: Actor, limited: Robot | Token, addresses: str, action: str
) -> None:
    """Saving the same list changes nothing."""
    before, limited.addresses = limited.addresses, addresses
    limited.full_clean()
    if limited.addresses != before:
        limited.save(update_fields=["addresses"])
        record(
            chain,
            actor=actor,
            action=action,
            target=limited,
            before={"addresses": before},
            after={"addresses": limited.addresses},
        )
