"""The people and the robot accounts of a team are searched by what their rows show."""

from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, RobotFactory


def test_the_lists_of_a_team_are_searched(cast: Cast) -> None:
    team = cast.organization.teams.create(name="build")
    for name in ("zoe", "abe"):
        made = {"user__name": name.title(), "user__email": f"{name}@example.com"}
        user = MembershipFactory(organization=cast.organization, **made).user
        team.members.create(user=user, role="member")
        robot = RobotFactory(
            organization=cast.organization, name=f"r-{name}", description=f"Of {name}"
        )
        team.robot_places.create(robot=robot)
    client, own = browser(cast.owner), f"/o/acme/teams/{team.uuid}/"
    for address, asked, found in (
        (own, "ZO", ["Zoe"]),
        (own, "abe@ex", ["Abe"]),
        (f"{own}robots/", "_acme+r-z", ["r-zoe"]),
        (f"{own}robots/", "of ABE", ["r-abe"]),
        (own, "nobody", []),
        (f"{own}robots/", "nobody", []),
    ):
        page = client.get(address, {"q": asked})
        names = texts_of(page, "span", **{"class": "entry-name"})
        assert [*names, *texts_of(page, "a", **{"class": "entry-name"})] == found, asked
        assert ("Clear Filter" in text(page)) == (not found), asked
