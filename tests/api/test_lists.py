"""Lists of the API: a constant number of queries, every row once, filters and order as on the pages."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.models import Project, Repository, Webhook
from console.permissions.vocabulary import TICKABLE
from console.webhooks.services.webhooks import send_test
from robots.models import Robot, TeamRobot
from robots.trusts.services import create_trust
from teams.models import Role, Team, TeamGrant, TeamMember, UserGrant
from tests.api.callers import bearer, token_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, RobotFactory, RobotGrantFactory
from tests.fixtures import JOBS
from tests.robots.artifacts.telling import event, note

# Address below the organization's -> how many queries it may cost. Three of them are the token, its owner
# and the organization, one what the owner holds, two the rows and their count.
LISTS = {
    "projects/": 6,
    "repositories/": 6,
    "events/": 6,
    "members/": 6,
    "invitations/": 6,
    "webhooks/": 6,
    "webhooks/{webhook}/deliveries/": 7,
    "teams/": 6,
    "roles/": 14,
    "grants/": 8,
    "grants/?kind=user": 8,
    "grants/?kind=robot": 8,
    "robots/": 9,
    "role-tokens/": 7,
    # The robots with their organizations, and the secrets.
    "tokens/": 9,
    "robots/{robot}/tokens/": 9,
    "robots/{robot}/trusts/": 7,
    "trusts/": 6,
    "teams/{team}/robots/": 7,
    "teams/{team}/members/": 7,
    # The repository or robot, and who each row names.
    "repositories/{repository}/tags/": 9,
    "repositories/{repository}/activity/": 9,
    "robots/{robot}/activity/": 9,
}


@pytest.fixture
def as_token(furnished: Cast) -> Client:
    return bearer(token_of(furnished.owner)[1])


def fill(cast: Cast, number: int) -> None:
    """`number` more rows in every list."""
    organization = cast.organization
    team = Team.objects.get(organization=organization, name="build")
    for _ in range(number):
        count = Robot.objects.count()
        project = Project.objects.create(organization=organization, slug=f"p{count}", name="P")
        Repository.objects.create(project=cast.project, name=f"more{count}")
        robot = RobotFactory(organization=organization)
        RobotGrantFactory(robot=robot, project=project, permissions=frozenset(TICKABLE))
        TeamRobot.objects.create(team=team, robot=robot)
        user = MembershipFactory(organization=organization).user
        TeamMember.objects.create(team=team, user=user)
        UserGrant.objects.create(user=user, organization=organization, role="organization:viewer")
        other = Team.objects.create(organization=organization, name=f"t{count}")
        TeamGrant.objects.create(
            team=other, organization=organization, project=project, role="project:guest"
        )
        Role.objects.create(
            organization=organization, name=f"r{count}", permissions={"artifact:pull"}
        )
        for actor in (cast.robot.login_name, robot.login_name, user.email):
            note(event(tag=f"t{count}", actor=actor), event("pull", "", actor=actor))
        _webhook(cast, f"w{count}")
        token_of(cast.robot)
        create_trust(actor=cast.owner, robot=cast.robot, name=f"t{count}", **JOBS)
        token_of(_role_account(cast))


def _webhook(cast: Cast, name: str) -> None:
    """One more, and one more message to the first."""
    first = cast.organization.webhooks.earliest("id")
    Webhook.objects.create(organization=cast.organization, name=name, url=first.url, created_by="x")
    send_test(actor=cast.owner, webhook=first)


def _role_account(cast: Cast) -> Robot:
    found = Robot.objects.filter(name="role.viewer").first()
    return found or RobotFactory(
        organization=cast.organization, name="role.viewer", role_name="viewer"
    )


def address(cast: Cast, below: str) -> str:
    team = Team.objects.get(organization=cast.organization, name="build").uuid
    return "/api/v1/organizations/acme/" + below.format(
        robot=cast.robot.uuid,
        team=team,
        repository=cast.repository.uuid,
        webhook=cast.organization.webhooks.earliest("id").uuid,
    )


def queries(client: Client, asked: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(asked).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("below", LISTS)
def test_the_number_of_queries_does_not_grow(as_token: Client, furnished: Cast, below: str) -> None:
    asked = address(furnished, below)
    fill(furnished, 2)
    few = queries(as_token, asked)
    fill(furnished, 12)
    many = queries(as_token, asked)
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= LISTS[below], "\n".join(many)


def walk(client: Client, asked: str) -> list[dict[str, Any]]:
    """Every row of a list, from page to page."""
    found: list[dict[str, Any]] = []
    following: str | None = asked
    while following:
        page = client.get(following).json()
        assert len(page["results"]) <= 3 or "roles" in asked
        found += page["results"]
        following = page["next"]
    return found


@pytest.mark.parametrize("below", LISTS)
def test_every_row_stands_on_one_page(as_token: Client, furnished: Cast, below: str) -> None:
    fill(furnished, 5)
    asked = address(furnished, below)
    mark = "&" if "?" in asked else "?"
    found = walk(as_token, f"{asked}{mark}limit=3")
    whole = walk_once(as_token, f"{asked}{mark}limit=200")
    assert sorted(map(repr, found)) == sorted(map(repr, whole))
    assert whole


def walk_once(client: Client, asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = asked
    while following:
        page = client.get(following).json()
        found, following = found + page["results"], page["next"]
    return found


def test_a_page_leads_back(as_token: Client, furnished: Cast) -> None:
    fill(furnished, 5)
    first = as_token.get("/api/v1/organizations/acme/projects/?limit=2").json()
    second = as_token.get(first["next"]).json()
    assert as_token.get(second["previous"]).json()["results"] == first["results"]
    assert first["previous"] is None
    assert first["count"] == second["count"] == 6


def names(client: Client, query: str) -> list[str]:
    found = client.get(f"/api/v1/organizations/acme/robots/{query}")
    assert found.status_code == 200, found.content
    return [row["name"] for row in found.json()["results"]]


def test_robots_are_found_by_every_filter(as_token: Client, furnished: Cast) -> None:
    assert names(as_token, "") == ["ci", "deploy", "spare"]
    assert names(as_token, "?sort=-name") == ["spare", "deploy", "ci"]
    assert names(as_token, "?name=ci") == ["ci"]
    assert names(as_token, "?project=payments") == ["ci"]
    assert names(as_token, "?level=organization") == ["deploy", "spare"]
    assert names(as_token, "?team=build") == ["deploy"]
    assert names(as_token, "?state=disabled") == []
    assert names(as_token, "?unused=never") == ["ci", "deploy", "spare"]
    assert names(as_token, "?expiring=14") == []
    assert names(as_token, "?responsible=nobody") == ["ci", "deploy", "spare"]
    assert names(as_token, "?label=tier") == []
    assert names(as_token, "?q=plo") == ["deploy"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?stat=disabled", "stat"),
        ("?state=odd", "state"),
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=many", "limit"),
        ("?sort=size", "sort"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(as_token: Client, query: str, field: str) -> None:
    """A script that misspelled it would take all robots for those it wanted."""
    answer = as_token.get(f"/api/v1/organizations/acme/robots/{query}")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_forged_cursor_is_refused(as_token: Client) -> None:
    answer = as_token.get("/api/v1/organizations/acme/robots/?cursor=forged")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def held_by(client: Client, query: str) -> list[str]:
    answer = client.get(f"/api/v1/organizations/acme/grants/{query}")
    assert answer.status_code == 200, answer.content
    return [f"{row['holder']['kind']} {row['holder']['name']}" for row in answer.json()["results"]]


def test_grants_are_found_by_holder_kind_and_place(as_token: Client, furnished: Cast) -> None:
    organization = furnished.organization
    other = Team.objects.create(organization=organization, name="other")
    TeamGrant.objects.create(team=other, organization=organization, role="organization:viewer")
    team = Team.objects.get(organization=organization, name="build").uuid
    hand = organization.memberships.get(user__email="hand@acme.example.com").user
    assert held_by(as_token, f"?team={team}") == ["team build"]
    assert held_by(as_token, f"?user={hand.uuid}") == [f"user {hand.email}"]
    assert held_by(as_token, f"?robot={furnished.robot.uuid}") == [
        f"robot {furnished.robot.login_name}"
    ]
    assert held_by(as_token, f"?kind=robot&team={team}") == []
    assert held_by(as_token, "?kind=team") == ["team build", "team other"]
    assert held_by(as_token, "?kind=team&project=payments") == ["team build"]
    assert held_by(as_token, f"?kind=team&repository={furnished.repository.uuid}") == []
