"""The permission matrix of a repository: one save, all or nothing, never over another's change."""

import pytest
from django.test import Client

from console.models import Event
from robots.services.access import LevelChange, change_levels
from teams.models import Team, TeamGrant
from teams.services import create_team
from tests.conftest import Cast


@pytest.fixture
def team(cast: Cast) -> Team:
    return create_team(actor=cast.owner, organization=cast.organization, name="build")


def address(cast: Cast) -> str:
    return f"/o/acme/repositories/{cast.repository.uuid}/permissions/"


def form(cast: Cast, team: Team, seen: str, wanted: str) -> dict[str, str]:
    robot = cast.organization_robot.uuid
    return {
        f"seen-team-{team.uuid}": seen,
        f"level-team-{team.uuid}": wanted,
        f"seen-robot-{robot}": "",
        f"level-robot-{robot}": "read",
    }


def levels(cast: Cast) -> set[str]:
    own = cast.organization_robot.grants.filter(repository=cast.repository)
    return {grant.role for grant in [*own, *TeamGrant.objects.filter(repository=cast.repository)]}


def test_one_save_writes_all_changes_and_one_event(
    as_owner: Client, cast: Cast, team: Team
) -> None:
    before = Event.objects.count()
    response = as_owner.post(address(cast), form(cast, team, "", "write"))
    assert response.status_code == 302
    assert levels(cast) == {"repository:write", "repository:read"}
    event = Event.objects.latest("id")
    assert Event.objects.count() == before + 1
    assert event.action == "repository:permissions-changed"
    assert (event.before["acme/build"], event.after["acme/build"]) == ("none", "write")


def test_somebody_elses_change_is_shown_and_nothing_is_saved(
    as_owner: Client, cast: Cast, team: Team
) -> None:
    other = LevelChange(team, "", "read")
    change_levels(actor=cast.owner, repository=cast.repository, changes=[other])
    response = as_owner.post(address(cast), form(cast, team, "", "admin"))
    assert response.status_code == 409
    assert "acme/build had none and has read now" in response.content.decode()
    assert levels(cast) == {"repository:read"}
    assert not cast.organization_robot.grants.exists()


@pytest.mark.parametrize("wanted", ["owner", "repository:admin", "READ", " "])
def test_an_unknown_level_is_400(as_owner: Client, cast: Cast, team: Team, wanted: str) -> None:
    assert as_owner.post(address(cast), form(cast, team, "", wanted)).status_code == 400
    assert levels(cast) == set()


def test_another_organizations_holder_is_400(as_owner: Client, cast: Cast) -> None:
    foreign = cast.other_robot.uuid
    response = as_owner.post(
        address(cast), {f"seen-robot-{foreign}": "", f"level-robot-{foreign}": "read"}
    )
    assert response.status_code == 400
    assert not cast.other_robot.grants.filter(repository=cast.repository).exists()


def test_a_member_without_grants_does_not_find_the_repository(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)
    assert client.get(address(cast)).status_code == 404


def test_the_search_offers_what_is_not_there_yet(as_owner: Client, cast: Cast, team: Team) -> None:
    page = as_owner.get(address(cast), {"q": "buil"}).content.decode()
    assert f"?add=team-{team.uuid}" in page
    added = as_owner.get(address(cast), {"add": f"team-{team.uuid}"}).content.decode()
    assert f'name="level-team-{team.uuid}"' in added


def test_who_reaches_names_every_grant(as_owner: Client, cast: Cast, team: Team) -> None:
    change_levels(
        actor=cast.owner, repository=cast.repository, changes=[LevelChange(team, "", "write")]
    )
    page = as_owner.get(f"/o/acme/repositories/{cast.repository.uuid}/reach/").content.decode()
    assert "team build: write on acme/payments/api" in page
    assert "own grant: 10 permissions on acme/payments" in page
    assert "nightly" in page
