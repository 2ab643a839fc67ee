"""Many robots at once, while they change: each says what hindered it, and stops no other."""

from datetime import timedelta

from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.accounts.services.bulk import Change, make_changes
from robots.accounts.services.robots import delete_robot, disable_robot
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from tests.actors import events_written, holder
from tests.browsers import browser, texts_of
from tests.conftest import Cast


def disabling(actor: Robot) -> Change[Robot]:
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
    assert [(it.thing, it.possible, it.words) for it in found] == [
        (gone, False, "The robot account has been deleted meanwhile."),
        (there, True, "disabled"),
    ]
    assert [event.action for event in events] == ["robot:disabled"]


def test_rights_that_went_meanwhile_are_said(cast: Cast) -> None:
    actor = holder(cast.organization, Permission.ROBOT_READ)
    with events_written() as events:
        (found,) = make_changes(actor, disabling(actor), [cast.robot])
    assert (found.possible, found.words) == (False, "You do not hold robot:update here.")
    assert events == []


def test_who_does_not_hold_what_a_robot_holds_may_not_let_it_live_longer(cast: Cast) -> None:
    role = cast.organization.roles.create(
        name="switcher", permissions=frozenset({Permission.ROBOT_READ, Permission.ROBOT_UPDATE})
    )
    give(actor=cast.owner, holder=cast.member, spec=GrantSpec(cast.organization, custom_role=role))
    Robot.objects.update(expires_at=timezone.now() + timedelta(days=9))
    ticked = {"robot": [str(cast.robot.uuid)], "expiry": "30"}
    page = browser(cast.member).post("/o/acme/robots/extension/", ticked)
    (words,) = texts_of(page, "span", **{"class": "outcome"})
    assert words.startswith("It holds ")
