"""What belongs to somebody else answers exactly like what does not exist."""

from uuid import uuid4

import pytest
from django.test import Client

from console.models import Event
from robots.models import Robot, Token
from tests.addresses import (
    ADDRESSES,
    BUILT_IN,
    WITH_OBJECT,
    acme,
    address_of,
    globex,
    place_of,
)
from tests.browsers import Normal, browser, normal, text
from tests.conftest import Cast
from tests.factories import ProjectFactory
from tests.furniture import furnish_more

PARTS = (
    "project", "repository", "event", "robot", "token", "team", "member", "grant", "role",
    "invitation",
)  # fmt: skip
NOWHERE: dict[str, object] = {"organization": "nowhere", "project": "nothing"} | BUILT_IN | {
    part: uuid4() for part in (*PARTS[1:], "place", "member_grant", "team_robot")
}  # fmt: skip
NESTED = [(name, part) for name in WITH_OBJECT for part in PARTS if part in ADDRESSES[name]]


# Teams, roles, invitations and members of projects have addresses too.
@pytest.fixture(autouse=True)
def furnished(cast: Cast) -> None:
    furnish_more(cast)


def both(client: Client, address: str) -> list[Normal]:
    return [normal(client.get(address)), normal(client.post(address))]


@pytest.mark.parametrize("name", WITH_OBJECT)
def test_an_organization_one_is_not_in_is_like_none(cast: Cast, name: str) -> None:
    foreign, missing = address_of(name, globex(cast)), address_of(name, NOWHERE)
    for user in (cast.owner, cast.member, cast.operator):
        client = browser(user)
        assert both(client, foreign) == both(client, missing)


@pytest.mark.parametrize(("name", "part"), NESTED)
def test_a_thing_of_another_organization_is_like_none(cast: Cast, name: str, part: str) -> None:
    """The organization and everything else in the address is one's own."""
    ProjectFactory(organization=cast.other_organization, slug="hidden")
    foreign = globex(cast) | {"project": "hidden"}
    client, own, key = browser(cast.owner), acme(cast), place_of(name, part)
    answers = both(client, address_of(name, own | {key: foreign[key]}))
    assert answers == both(client, address_of(name, own | {key: NOWHERE[key]}))
    assert {status for status, *_ in answers} <= {404, 405}


# A member knows that there is an audit log, and gets 403 for all of it; and sees the team.
@pytest.mark.parametrize(
    ("name", "part"), [row for row in NESTED if row[1] not in {"event", "team"}]
)
def test_what_a_member_may_not_see_is_like_none(cast: Cast, name: str, part: str) -> None:
    client, own, key = browser(cast.member), acme(cast), place_of(name, part)
    answers = both(client, address_of(name, own))
    assert answers == both(client, address_of(name, own | {key: NOWHERE[key]}))


TOKEN_PAGES = [name for name in WITH_OBJECT if "token" in ADDRESSES[name]]
ROBOT_PAGES = [name for name in WITH_OBJECT if "robot" in ADDRESSES[name]]


@pytest.mark.parametrize("name", TOKEN_PAGES)
def test_a_token_is_not_found_through_another_robot(cast: Cast, name: str) -> None:
    wrong = acme(cast) | {"robot": cast.organization_robot.uuid}
    answers = both(browser(cast.owner), address_of(name, wrong))
    assert answers == both(browser(cast.owner), address_of(name, wrong | {"token": uuid4()}))
    assert Token.objects.get(pk=cast.token.pk).revoked_at is None


@pytest.mark.parametrize("name", ROBOT_PAGES)
def test_a_robot_is_not_found_through_an_organization_one_owns(cast: Cast, name: str) -> None:
    """A foreign robot with its own token, under the attacker's own organization."""
    wrong = globex(cast) | {"organization": "acme"}
    missing = NOWHERE | {"organization": "acme"}
    before = Event.objects.count()
    answers = both(browser(cast.owner), address_of(name, wrong))
    assert answers == both(browser(cast.owner), address_of(name, missing))
    assert Event.objects.count() == before
    assert not Robot.objects.exclude(disabled_at=None, deleted_at=None).exists()


@pytest.mark.parametrize("name", ROBOT_PAGES)
def test_a_deleted_robot_is_like_none(cast: Cast, name: str) -> None:
    own = acme(cast)
    client = browser(cast.owner, confirmed=True)
    in_team = place_of(name, "robot") == "team_robot"
    robot = cast.organization_robot if in_team else cast.robot
    deletion = address_of("robots:robot-delete", own | {"robot": robot.uuid})
    assert client.post(deletion, {"name": robot.name}).status_code == 302
    client.get("/help/")  # shows the message
    missing = own | {"robot": uuid4(), "team_robot": uuid4()}
    assert both(client, address_of(name, own)) == both(client, address_of(name, missing))


def test_lists_and_searches_stay_inside_the_organization(cast: Cast) -> None:
    ProjectFactory(organization=cast.other_organization, slug="hidden", name="Hidden")
    client = browser(cast.owner)
    for name in ("robots:robot-list", "console:project-list", "console:repository-list",
                 "console:event-list", "teams:member-list", "robots:overview"):  # fmt: skip
        page = text(client.get(address_of(name, acme(cast)), {"q": "globex"}))
        for foreign in ("globex.payments", "stranger@example.com", "Hidden", "/o/globex/"):
            assert foreign not in page, name
