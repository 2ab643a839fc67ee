"""When robots end: extending them, and what a longer life takes."""

from datetime import datetime

from console import moments
from console.audit.recording import Chain, changing, record
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from robots.base.states import is_longer
from robots.models import Robot
from robots.policies.enforcement import renew_tokens, require_ahead


def extend_robot(*, actor: Actor, robot: Robot, expires_at: datetime | None) -> Robot:
    """Let the robot end at another moment, or never; one that is over works again.

    The same end changes nothing.
    """
    with changing(robot.organization) as chain:
        robot = robot.refetch()
        require(actor, Permission.ROBOT_UPDATE, robot)
        before = robot.expires_at
        if before == expires_at:
            return robot
        change_end(chain, actor, robot, expires_at)
        robot.save(update_fields=["expires_at"])
        robot.keep_next_expiry()
        record(
            chain,
            actor=actor,
            action="robot:extended",
            target=robot,
            before={"expires_at": before},
            after={"expires_at": expires_at},
        )
    return robot


def change_end(chain: Chain, actor: Actor, robot: Robot, expires_at: datetime | None) -> None:
    """Set another end on the instance, which its tokens' policy has to allow for those it moves.

    To live longer confers what the robot holds. The same end changes nothing.
    """
    former = robot.expires_at
    if former == expires_at:
        return
    require_ahead(expires_at)
    if is_longer(former, expires_at):
        robot.require_to_confer(actor)
    robot.expires_at = expires_at
    renew_tokens(chain, actor=actor, robot=robot, former_end=former)


def is_shorter(present: datetime | None, end: datetime | None) -> bool:
    """Whether another end is earlier than the present one."""
    return present != end and not is_longer(present, end)


def end_words(present: datetime | None, end: datetime | None) -> str:
    """What another end means, as a sentence."""
    earlier = ", which is earlier" if is_shorter(present, end) else ""
    return f"Will end {when(end)} instead of {when(present)}{earlier}."


def unless_meant(present: datetime | None, end: datetime | None, *, earlier: bool) -> str:
    """Why an end stays that is extended with others: it is so already, or later, and that is not meant."""
    if present == end:
        return f"Ends {when(end)} already."
    if not earlier and is_shorter(present, end):
        return "Never ends, and stays so." if present is None else f"Ends later: {when(present)}."
    return ""


def when(end: datetime | None) -> str:
    """An end in words."""
    return moments.absolute(end) if end else "never"
