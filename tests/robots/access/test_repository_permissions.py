"""The permission matrix of a repository: one save, all or nothing, never over another's change."""

import re

import pytest
from django.test import Client

from console.models import Event
from robots.access.services.matrix import LevelChange, change_levels
from robots.access.services.roles import RoleAt, create_role_token
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from teams.models import Team, TeamGrant
from teams.teams.services import create_team
from tests.browsers import browser, text
from tests.conftest import Cast, person


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
    assert "build had none and has read now" in response.content.decode()
    # What was chosen is still chosen, beside what it is now.
    name = f"team-{team.uuid}"
    page = text(response)
    assert f'name="seen-{name}" value="read"' in page
    assert f'name="level-{name}" value="admin" checked' in page
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


def test_what_is_held_from_above_is_pale_and_says_from_where(
    as_owner: Client, cast: Cast, team: Team
) -> None:
    spec = GrantSpec(cast.organization, cast.project, role="project:developer")
    give(actor=cast.owner, holder=team, spec=spec)
    page = text(as_owner.get(address(cast)))
    row = page[page.index(f'data-who="{team.name}"') :].partition("</tr>")[0]
    assert "developer on acme/payments" in row
    assert re.search(r'data-inherited title="Inherited"> ?<input [^>]*value="read"', row)
    assert row.count("data-inherited") == 1


def test_a_role_accounts_level_is_fixed(as_owner: Client, cast: Cast) -> None:
    role = RoleAt(cast.organization, cast.project, "project:developer")
    create_role_token(actor=cast.owner, role=role, name="sync", kind="compact")
    page = text(as_owner.get(address(cast)))
    account = Robot.objects.get(name="role.developer")
    assert f'name="level-robot-{account.uuid}"' in page
    assert f'name="seen-robot-{account.uuid}"' not in page
    sent = {f"seen-robot-{account.uuid}": "", f"level-robot-{account.uuid}": "admin"}
    assert as_owner.post(address(cast), sent).status_code in {400, 422}
    assert account.grants.count() == 1


def test_a_secret_team_has_no_name_for_who_may_not_know_it(cast: Cast) -> None:
    secret = create_team(actor=cast.owner, organization=cast.organization, name="hush", secret=True)
    level = GrantSpec(cast.organization, cast.project, role="repository:write")
    give(actor=cast.owner, holder=secret, spec=level)
    admin = person(cast.organization, "member", "admin@example.com")
    role = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=admin, spec=role)
    for page in (address(cast), address(cast).replace("permissions", "reach")):
        shown = text(browser(admin).get(page))
        assert "a secret team" in shown
        assert "hush" not in shown
        assert "hush" in text(browser(cast.owner).get(page))
    assert "hush" not in text(browser(admin).get(address(cast), {"q": "hus"})).replace("“hus”", "")


def test_who_reaches_names_every_grant(as_owner: Client, cast: Cast, team: Team) -> None:
    change_levels(
        actor=cast.owner, repository=cast.repository, changes=[LevelChange(team, "", "write")]
    )
    page = as_owner.get(f"/o/acme/repositories/{cast.repository.uuid}/reach/").content.decode()
    assert "team build: write on acme/payments/api" in page
    assert "own grant: 10 permissions on acme/payments" in page
    assert "nightly" in page
