"""What lets tokens that exist do more in Roster itself takes the password: grants, levels, roles, teams."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from console.permissions.vocabulary import Permission
from robots.models import RobotGrant, TeamRobot
from teams.grants.services import GrantSpec, give
from teams.models import Role, Team, TeamGrant, UserGrant
from teams.roles.services import create_role
from teams.teams.services import create_team
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.accounts.editing import access, save

API = "/api/v1/organizations/acme/"
ADMIN, READ = "repository:admin", "repository:read"


@dataclass(frozen=True)
class Scene:
    """Acme with a team, a role that nobody has yet, and a team that holds much."""

    cast: Cast
    team: Team
    admins: Team
    role: Role


@pytest.fixture
def scene(cast: Cast) -> Scene:
    owner, acme = cast.owner, cast.organization
    admins = create_team(actor=owner, organization=acme, name="admins")
    give(actor=owner, holder=admins, spec=GrantSpec(acme, cast.project, role="project:admin"))
    pull = frozenset({Permission.ARTIFACT_PULL})
    role = create_role(actor=owner, organization=acme, name="puller", permissions=pull)
    return Scene(cast, create_team(actor=owner, organization=acme, name="build"), admins, role)


Way = Callable[[Scene, Client, bool], Any]


def team_page(on: Scene, client: Client, is_strong: bool) -> Any:
    level = "admin" if is_strong else "read"
    data = {"place": f"repository:{on.cast.repository.uuid}", "what": level}
    return client.post(f"/o/acme/teams/{on.team.uuid}/permissions/new/", data)


def matrix(on: Scene, client: Client, is_strong: bool) -> Any:
    robot = on.cast.organization_robot.uuid
    level = "admin" if is_strong else "write"
    data = {f"seen-robot-{robot}": "", f"level-robot-{robot}": level}
    return client.post(f"/o/acme/repositories/{on.cast.repository.uuid}/permissions/", data)


def members_page(on: Scene, client: Client, is_strong: bool) -> Any:
    role = "project:admin" if is_strong else "project:guest"
    data = {"holder": f"team-{on.team.uuid}", "role": role}
    return client.post("/o/acme/projects/payments/members/new/", data)


def role_page(on: Scene, client: Client, is_strong: bool) -> Any:
    more = "team:update" if is_strong else "artifact:push"
    data = {"description": "", "permissions": ["artifact:pull", more]}
    return client.post(f"/o/acme/roles/{on.role.uuid}/settings/", data)


def robots_page(on: Scene, client: Client, is_strong: bool) -> Any:
    team = on.admins if is_strong else on.team
    data = {"robot": str(on.cast.organization_robot.uuid)}
    return client.post(f"/o/acme/teams/{team.uuid}/robots/new/", data)


def settings_page(on: Scene, client: Client, is_strong: bool) -> Any:
    level = "admin" if is_strong else "read"
    return save(client, on.cast.robot, **{access(on.cast): level})


PAGES: dict[str, Way] = {
    "a robot's level in its project": settings_page,
    "a level for a team": team_page,
    "a level for a robot": matrix,
    "a role for a team": members_page,
    "a role's permissions": role_page,
    "a robot in a team": robots_page,
}


def send(client: Client, path: str, body: dict[str, Any], method: str = "POST") -> Any:
    return client.generic(method, API + path, json.dumps(body), content_type="application/json")


def api_grant(on: Scene, client: Client, is_strong: bool) -> Any:
    body = {
        "robot": str(on.cast.organization_robot.uuid),
        "project": "payments",
        "role": "project:maintainer" if is_strong else "project:guest",
    }
    return send(client, "grants/", body)


def api_change(on: Scene, client: Client, is_strong: bool) -> Any:
    spec = GrantSpec(on.cast.organization, on.cast.project, role="project:guest")
    grant = give(actor=on.cast.owner, holder=on.team, spec=spec)
    role = "project:admin" if is_strong else "project:developer"
    return send(client, f"grants/{grant.uuid}/", {"role": role}, "PATCH")


def api_role(on: Scene, client: Client, is_strong: bool) -> Any:
    more = "team:update" if is_strong else "artifact:push"
    body = {"permissions": ["artifact:pull", more]}
    return send(client, f"roles/{on.role.uuid}/", body, "PATCH")


def api_robot(on: Scene, client: Client, is_strong: bool) -> Any:
    team = on.admins if is_strong else on.team
    body = {"robot": str(on.cast.organization_robot.uuid)}
    return send(client, f"teams/{team.uuid}/robots/", body)


CALLS: dict[str, Way] = {
    "a grant": api_grant,
    "another role of a grant": api_change,
    "a role's permissions": api_role,
    "a robot in a team": api_robot,
}


def held() -> list[Any]:
    """What robots, teams and roles hold."""
    robots = RobotGrant.objects.values_list("robot", "role", "permissions", "custom_role")
    teams = TeamGrant.objects.values_list("team", "role", "permissions", "custom_role")
    places, roles = TeamRobot.objects.count(), Role.objects.values_list("permissions")
    return [sorted(map(str, robots)), sorted(map(str, teams)), places, str(list(roles))]


def asks(answer: Any) -> bool:
    return "sign-in-again" in answer.get("Location", "") or (
        answer.status_code == 403 and answer.json()["title"] == "Sign in again"
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_the_password_where_tokens_get_strong(scene: Scene, name: str) -> None:
    before, way = held(), PAGES[name]
    stale, fresh = browser(scene.cast.owner), browser(scene.cast.owner, confirmed=True)
    with events_written() as events:
        assert asks(way(scene, stale, True))
    assert (held(), events) == (before, [])
    done = way(scene, fresh, True)
    assert done.status_code == 302, text(done)
    assert not asks(done)
    assert held() != before


@pytest.mark.parametrize("name", PAGES)
def test_no_page_asks_where_they_do_not(scene: Scene, name: str) -> None:
    before = held()
    done = PAGES[name](scene, browser(scene.cast.owner), False)
    assert done.status_code == 302, text(done)
    assert not asks(done)
    assert held() != before


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("is_strong", [True, False])
def test_a_session_is_asked_by_the_api_too_and_a_token_is_not(
    scene: Scene, name: str, is_strong: bool
) -> None:
    way = CALLS[name]
    answer = way(scene, browser(scene.cast.owner), is_strong)
    assert asks(answer) == is_strong, answer.content
    if is_strong:
        answer = way(scene, bearer(token_of(scene.cast.owner)[1]), is_strong)
    assert answer.status_code in {200, 201}, answer.content


def test_people_get_what_they_get_without_it(scene: Scene) -> None:
    data = {"holder": f"person-{scene.cast.member.uuid}", "role": "project:admin"}
    address = "/o/acme/projects/payments/members/new/"
    assert not asks(browser(scene.cast.owner).post(address, data))
    assert UserGrant.objects.filter(user=scene.cast.member, role="project:admin").exists()
