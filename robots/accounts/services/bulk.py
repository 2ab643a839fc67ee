"""The same change of many robots: what it would do to each, then each by its own service and event."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from console.errors import Conflict
from console.permissions.decision import Actor, MissingPermission, allows
from console.permissions.vocabulary import Permission
from robots.models import Robot


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one robot in words: what it takes, when it does nothing, what it does.

    `idle` says why nothing would change, or nothing. `confers` tells whether the actor must hold
    what the robot holds; `ends_logins`, whether what logs in with it stops.
    """

    needed: Permission
    make: Callable[[Robot], object]
    idle: Callable[[Robot], str]
    effect: Callable[[Robot], str]
    result: str
    confers: Callable[[Robot], bool] = lambda robot: False
    ends_logins: bool = False


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would become of a robot, or why not; afterwards: what became of it."""

    robot: Robot
    possible: bool
    words: str


def prospects(actor: Actor, change: Change, robots: Iterable[Robot]) -> list[Prospect]:
    """What `change` would do to each robot."""
    return [_prospect(actor, change, robot) for robot in robots]


def _prospect(actor: Actor, change: Change, robot: Robot) -> Prospect:
    hindrance = _missing(actor, change, robot) or change.idle(robot)
    return Prospect(robot, not hindrance, hindrance or change.effect(robot))


def _missing(actor: Actor, change: Change, robot: Robot) -> str:
    if not allows(actor, change.needed, robot):
        return f"You do not hold {change.needed} here."
    if not change.confers(robot):
        return ""
    try:
        robot.require_to_confer(actor)
    except MissingPermission as missing:
        return f"It holds {missing.permission}, and you do not."
    return ""


def make_changes(actor: Actor, change: Change, robots: Iterable[Robot]) -> list[Prospect]:
    """Change each robot that can be; one that cannot says why and stops no other."""
    before = (_prospect(actor, change, robot) for robot in robots)
    return [_made(change, found.robot) if found.possible else found for found in before]


def _made(change: Change, robot: Robot) -> Prospect:
    try:
        change.make(robot)
    except MissingPermission as missing:
        return Prospect(robot, False, f"You do not hold {missing.permission} here.")
    except (Conflict, ValidationError) as error:
        words = error.messages if isinstance(error, ValidationError) else [str(error)]
        return Prospect(robot, False, " ".join(words))
    return Prospect(robot, True, change.result)
