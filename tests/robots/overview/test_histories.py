"""The tab *History* of repositories, teams and robot accounts: their own events, paged, for who may read."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client

from console.models import Event, Repository
from console.organizations.services import change_repository, create_repository
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import create_robot, disable_robot, enable_robot
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.models import Robot
from robots.tokens.services.tokens import create_token, delete_token
from teams.grants.services import GrantSpec, give
from teams.models import Team
from teams.teams.services import (
    add_team_members,
    change_team_role,
    create_team,
    remove_team_member,
    update_team,
)
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast


def of_repository(found: Repository) -> str:
    return f"/o/acme/repositories/{found.uuid}/history/"


def of_team(found: Team) -> str:
    return f"/o/acme/teams/{found.uuid}/history/"


def of_robot(found: Robot) -> str:
    return f"/o/acme/robots/{found.uuid}/history/"


@pytest.fixture
def team(cast: Cast) -> Team:
    return create_team(actor=cast.owner, organization=cast.organization, name="build")


@pytest.fixture
def as_admin(cast: Cast) -> Client:
    """Who administers the project and sees nothing of the organization's audit log."""
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def actions(client: Client, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200
    return re.findall(r'<a href="\?action=[^"]*"><code>([^<]*)</code>', text(page))


def test_a_repositorys_history_is_its_own(cast: Cast, as_owner: Client) -> None:
    found = create_repository(actor=cast.owner, project=cast.project, name="web")
    create_repository(actor=cast.owner, project=cast.project, name="worker")
    change_repository(actor=cast.owner, repository=found, description="The site.")
    expected = ["repository:updated", "repository:created"]
    assert actions(as_owner, of_repository(found)) == expected


def test_a_teams_history_has_what_was_done_to_places_in_it(
    cast: Cast, as_owner: Client, team: Team
) -> None:
    other = create_team(actor=cast.owner, organization=cast.organization, name="other-build")
    for each in (team, other):
        places = add_team_members(actor=cast.owner, team=each, users=[cast.member], role="member")
        change_team_role(actor=cast.owner, place=places[0], role="owner")
        remove_team_member(actor=cast.owner, place=places[0])
    robot = cast.organization_robot
    add_team_robots(actor=cast.owner, team=team, robots=[robot])
    remove_team_robot(actor=cast.owner, team=team, robot=robot)
    update_team(actor=cast.owner, team=team, description="Builds.")
    assert actions(as_owner, of_team(team)) == [
        "team:updated",
        "team:robot-removed",
        "team:robots-added",
        "team:member-removed",
        "team:member-updated",
        "team:members-added",
        "team:created",
    ]


def test_a_team_that_takes_the_name_of_an_older_one_has_none_of_its_history(
    cast: Cast, as_owner: Client, team: Team
) -> None:
    places = add_team_members(actor=cast.owner, team=team, users=[cast.member], role="member")
    remove_team_member(actor=cast.owner, place=places[0])
    Team.objects.filter(pk=team.pk).delete()
    again = create_team(actor=cast.owner, organization=cast.organization, name="build")
    assert actions(as_owner, of_team(again)) == ["team:created"]


def test_a_robots_history_has_its_tokens_also_those_that_are_gone(
    cast: Cast, as_owner: Client
) -> None:
    robot = create_robot(actor=cast.owner, organization=cast.organization, name="fresh")
    other = create_robot(actor=cast.owner, organization=cast.organization, name="other")
    for each in (robot, other):
        token = create_token(actor=cast.owner, robot=each, name="t", kind="compact").token
        delete_token(actor=cast.owner, token=token)
    update_robot(actor=cast.owner, robot=robot, description="Builds.")
    expected = ["robot:updated", "token:deleted", "token:created", "robot:created"]
    assert actions(as_owner, of_robot(robot)) == expected


def test_it_pages_and_is_filtered_by_action(cast: Cast, as_owner: Client) -> None:
    robot = create_robot(actor=cast.owner, organization=cast.organization, name="fresh")
    for _ in range(30):
        disable_robot(actor=cast.owner, robot=robot)
        enable_robot(actor=cast.owner, robot=robot)
    address = of_robot(robot)
    first = as_owner.get(address)
    following = linked(first, "next")
    assert following
    seen = actions(as_owner, address) + actions(as_owner, address + following)
    assert len(seen) == 61
    assert seen[-1] == "robot:created"
    assert actions(as_owner, f"{address}?action=robot:created") == ["robot:created"]
    page = text(as_owner.get(f"{address}?action=team:created"))
    assert "No event matches" in page


def test_activity_and_token_lead_to_the_history(cast: Cast, as_owner: Client) -> None:
    other = create_token(actor=cast.owner, robot=cast.robot, name="other", kind="compact").token
    activity = text(as_owner.get(f"/o/acme/robots/{cast.robot.uuid}/activity/"))
    assert f'href="{of_robot(cast.robot)}"' in activity
    page = text(as_owner.get(other.get_absolute_url()))
    assert "What happened" in page
    listed = f"{of_robot(cast.robot)}?target={other.uuid}"
    assert f'href="{listed}"' in page
    assert actions(as_owner, listed) == ["token:created"]


def test_an_event_of_another_thing_is_404_there(cast: Cast, as_owner: Client, team: Team) -> None:
    web = create_repository(actor=cast.owner, project=cast.project, name="web")
    own = Event.objects.filter(target_uuid=web.uuid).latest("id")
    page = as_owner.get(f"{of_repository(web)}{own.uuid}/")
    assert page.status_code == 200
    assert f"{of_repository(web)}?action=repository:created" in unescape(text(page)).replace(
        "%3A", ":"
    )
    for address in (of_repository(cast.repository), of_team(team), of_robot(cast.robot)):
        assert as_owner.get(f"{address}{own.uuid}/").status_code == 404
        assert as_owner.get(f"{address}{uuid4()}/").status_code == 404


def test_who_administers_the_project_reads_what_is_in_it_and_no_more(
    cast: Cast, as_admin: Client, team: Team
) -> None:
    web = create_repository(actor=cast.owner, project=cast.project, name="web")
    disable_robot(actor=cast.owner, robot=cast.robot)
    for address in (of_repository(web), of_robot(cast.robot)):
        page = as_admin.get(address)
        assert page.status_code == 200
        links = {unescape(url) for url in re.findall(r'href="(/[^"]*)"', text(page))}
        own = {link for link in links if link.startswith(address)}
        assert any(re.search(r"/history/[0-9a-f-]{36}/$", link) for link in own)
        assert {as_admin.get(link).status_code for link in own} == {200}
        assert not any("/audit-log/" in link for link in links)
    assert as_admin.get(of_team(team)).status_code == 403
    assert as_admin.get(of_robot(cast.organization_robot)).status_code == 404


def test_who_may_not_read_events_sees_no_tab_and_no_events(cast: Cast, team: Team) -> None:
    spec = GrantSpec(cast.organization, cast.project, role="project:maintainer")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    disable_robot(actor=cast.owner, robot=cast.robot)
    pages = {
        of_repository(cast.repository): f"/o/acme/repositories/{cast.repository.uuid}/",
        of_team(team): team.get_absolute_url(),
        of_robot(cast.robot): f"/o/acme/robots/{cast.robot.uuid}/activity/",
    }
    for history, page in pages.items():
        assert client.get(history).status_code == 403
        shown = client.get(page)
        assert shown.status_code == 200
        assert history not in text(shown)
    shown = client.get(cast.token.get_absolute_url())
    assert shown.status_code == 200
    assert "What happened" not in texts_of(shown, "h2")
