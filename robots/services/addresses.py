"""From which networks robots and tokens may be used."""

from console.audit.recording import Chain, changing, record
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token
from robots.services.owners import chained, require_over, require_to_confer
from robots.services.robots import present, require_to_hold_what
from robots.services.secrets import present_token


def change_robot_addresses(*, actor: Actor, robot: Robot, addresses: str) -> Robot:
    """Let the robot's tokens be used from these networks alone; none means from everywhere."""
    with changing(robot.organization) as chain:
        robot = present(robot)
        require(actor, Permission.ROBOT_UPDATE, robot)
        limit_robot(chain, actor, robot, addresses)
    return robot


def limit_robot(chain: Chain, actor: Actor, robot: Robot, addresses: str) -> None:
    """The same as part of a change that is under way."""
    require_to_hold_what(actor, robot)
    _save(chain, actor, robot, addresses, "robot:addresses-changed")


def change_token_addresses(*, actor: Actor, token: Token, addresses: str) -> Token:
    """The same for one token: an address has to be in its list and in its robot's."""
    with changing(chained(token.owner)) as chain:
        token = present_token(token)
        require_over(actor, Permission.TOKEN_UPDATE, token)
        limit_token(chain, actor, token, addresses)
    return token


def limit_token(chain: Chain, actor: Actor, token: Token, addresses: str) -> None:
    """The same as part of a change that is under way."""
    require_to_confer(actor, token)
    _save(chain, actor, token, addresses, "token:addresses-changed")


def _save(chain: Chain, actor: Actor, limited: Robot | Token, addresses: str, action: str) -> None:
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
