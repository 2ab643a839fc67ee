"""Many robots at once, while they change: each says what hindered it, and stops no other."""

from console.permissions import Permission
from robots.models import Robot
from robots.services import delete_robot, disable_robot
from robots.services.bulk import Change, make_changes
from tests.actors import events_written, holder
from tests.conftest import Cast


def disabling(actor: Robot) -> Change:
    """What anybody may try who sees the robot: the service asks for more."""
    return Change(
        Permission.ROBOT_READ,
        lambda robot: disable_robot(actor=actor, robot=robot),
        idle=lambda robot: "",
        effect=lambda robot: "",
        result="disabled",
    )


def test_a_robot_that_went_meanwhile_says_so(cast: Cast) -> None:
    gone, there = cast.robot, cast.organization_robot
    actor = holder(cast.organization, Permission.ROBOT_READ, Permission.ROBOT_UPDATE)
    delete_robot(actor=cast.owner, robot=Robot.objects.get(pk=gone.pk))
    with events_written() as events:
        found = make_changes(actor, disabling(actor), [gone, there])
    assert [(it.robot, it.possible, it.words) for it in found] == [
        (gone, False, "The robot account has been deleted meanwhile."), (there, True, "disabled")
    ]  # fmt: skip
    assert [event.action for event in events] == ["robot:disabled"]


def test_rights_that_went_meanwhile_are_said(cast: Cast) -> None:
    actor = holder(cast.organization, Permission.ROBOT_READ)
    with events_written() as events:
        (found,) = make_changes(actor, disabling(actor), [cast.robot])
    assert (found.possible, found.words) == (False, "You do not hold robot:update here.")
    assert events == []
