"""From which networks robots may be used, and what becomes of a use from elsewhere."""

from console.audit.recording import Chain, changing, record
from console.network_modes import NetworkMode
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token


def change_robot_addresses(
    *, actor: Actor, robot: Robot, addresses: str | None = None, network_mode: str | None = None
) -> Robot:
    """Let the robot's tokens be used from these networks alone, or only count what comes from elsewhere.

    No networks means from everywhere. What is not named stays.
    """
    with changing(robot.organization) as chain:
        robot = robot.refetch()
        require(actor, Permission.ROBOT_UPDATE, robot)
        limit_robot(chain, actor, robot, addresses, network_mode)
    return robot


def limit_robot(
    chain: Chain, actor: Actor, robot: Robot, addresses: str | None, network_mode: str | None
) -> None:
    """The same as part of a change that is under way."""
    robot.require_to_confer(actor)
    save_networks(chain, actor, robot, "robot", addresses, network_mode)


def save_networks(
    chain: Chain,
    actor: Actor,
    limited: Robot | Token,
    kind: str,
    addresses: str | None,
    network_mode: str | None,
) -> None:
    """Save what is given, with an event for each: `kind` begins its name. Saving the same changes nothing."""
    before = _columns(limited)
    if addresses is not None:
        limited.addresses = addresses
    if network_mode is not None:
        limited.network_mode = network_mode
    limited.full_clean()
    after = _columns(limited)
    if changed := [name for name in before if before[name] != after[name]]:
        limited.save(update_fields=changed)
    for name in changed:
        record(
            chain,
            actor=actor,
            action=f"{kind}:{_action(name, after)}",
            target=limited,
            before={name: before[name]},
            after={name: after[name]},
        )


def _action(name: str, after: dict[str, str]) -> str:
    if name == "addresses":
        return "addresses-changed"
    is_observed = after[name] == NetworkMode.OBSERVE
    return "networks-observed" if is_observed else "networks-enforced"


def _columns(limited: Robot | Token) -> dict[str, str]:
    return {"addresses": limited.addresses, "network_mode": limited.network_mode}


def as_limited(limited: Robot | Token) -> dict[str, str]:
    """What a new robot's or token's event says of its networks, if it has any or they are observed."""
    observed = limited.network_mode == NetworkMode.OBSERVE
    return {
        **({"addresses": limited.addresses} if limited.addresses else {}),
        **({"network_mode": limited.network_mode} if observed else {}),
    }
