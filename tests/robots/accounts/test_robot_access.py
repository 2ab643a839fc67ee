"""A robot's Access tab: what it may do where, with every grant that gives it."""

from django.test import Client

from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.team_fixtures import crew_of


def test_every_grant_that_gives_a_right_is_named(as_owner: Client, cast: Cast) -> None:
    crew_of(cast)  # the robot is in `build` and `hush`, which hold the same level
    robot = cast.organization_robot
    level = GrantSpec(cast.organization, cast.project, role="repository:read")
    give(actor=cast.owner, holder=robot, spec=level)
    page = text(as_owner.get(f"{robot.get_absolute_url()}access/"))
    for source in (
        "own grant: read on acme/payments",
        "team build: write on acme/payments",
        "team hush: write on acme/payments",
    ):
        assert source in page


def test_its_teams_are_linked_and_secret_ones_have_no_name(cast: Cast) -> None:
    crew = crew_of(cast)
    reader = person(cast.organization, "member", "reader@example.com")
    sees = frozenset({Permission.ROBOT_READ})
    give(actor=cast.owner, holder=reader, spec=GrantSpec(cast.organization, permissions=sees))
    address = f"{cast.organization_robot.get_absolute_url()}access/"
    own, others = (text(browser(user).get(address)) for user in (cast.owner, reader))
    assert crew.team.get_absolute_url() in own
    assert crew.secret.get_absolute_url() in own
    assert crew.team.get_absolute_url() in others
    assert "hush" not in others
    assert "a secret team: write on acme/payments" in others


def test_holding_nothing_says_so(as_owner: Client, cast: Cast) -> None:
    page = text(as_owner.get(f"{cast.organization_robot.get_absolute_url()}access/"))
    assert "Holds no permissions" in page
