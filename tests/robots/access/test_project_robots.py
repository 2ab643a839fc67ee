"""The robot accounts of a project: its own, then those of the organization that reach it."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.models import Project
from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.accounts.services.teams import add_team_robots
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from teams.models import Team
from teams.teams.services import create_team
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory, RepositoryFactory

ADDRESS = "/o/acme/projects/payments/robots/"
PULL = frozenset({Permission.ARTIFACT_PULL})


def robot(cast: Cast, name: str, *projects: Project | None) -> Robot:
    return create_robot(
        actor=cast.owner,
        organization=cast.organization,
        name=name,
        grants=[GrantRequest(project, PULL) for project in projects],
    )


def names(client: Client) -> list[str]:
    """Every robot of the page, the project's own first."""
    page = client.get(ADDRESS)
    return [name for name in texts_of(page, **{"class": "entry-name"}) if name]


def test_robots_reach_a_project_by_grants_and_by_teams(as_owner: Client, cast: Cast) -> None:
    elsewhere = ProjectFactory(organization=cast.organization)
    robot(cast, "by-project", cast.project)
    robot(cast, "by-all", None)
    robot(cast, "not-here", elsewhere)
    robot(cast, "nothing")
    by_repository, by_team = robot(cast, "by-repository"), robot(cast, "by-team")
    team, idle = (
        create_team(actor=cast.owner, organization=cast.organization, name=name)
        for name in ("build", "idle")
    )
    here = GrantSpec(cast.organization, cast.project, role="repository:read")
    repository = RepositoryFactory(project=cast.project)
    give(actor=cast.owner, holder=team, spec=here)
    give(
        actor=cast.owner,
        holder=by_repository,
        spec=GrantSpec(cast.organization, cast.project, repository, role="repository:view"),
    )
    add_team_robots(actor=cast.owner, team=team, robots=[by_team])
    add_team_robots(actor=cast.owner, team=idle, robots=[Robot.objects.get(name="nothing")])
    assert names(as_owner) == ["ci", "by-all", "by-project", "by-repository", "by-team"]


def test_a_project_admin_sees_who_reaches_it_without_a_way_to_them(cast: Cast) -> None:
    reaching = robot(cast, "by-project", cast.project)
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    page = text(client.get(ADDRESS))
    assert "robot_acme+by-project" in page
    assert f"/robots/{reaching.uuid}/" not in page
    assert f"/robots/{cast.robot.uuid}/" in page
    assert client.get(f"/o/acme/robots/{reaching.uuid}/").status_code == 404


def add_one_of_each(cast: Cast, team: Team, number: int) -> None:
    """A robot of the project, and one of the organization that reaches it by grants and by the team."""
    create_robot(
        actor=cast.owner,
        organization=cast.organization,
        project=cast.project,
        name=f"own{number}",
        grants=[GrantRequest(cast.project, PULL)],
    )
    reaching = robot(cast, f"reaching{number}", cast.project, None)
    add_team_robots(actor=cast.owner, team=team, robots=[reaching])


def test_the_number_of_queries_does_not_grow_with_the_lists(as_owner: Client, cast: Cast) -> None:
    team = create_team(actor=cast.owner, organization=cast.organization, name="build")
    give(
        actor=cast.owner,
        holder=team,
        spec=GrantSpec(cast.organization, cast.project, role="repository:read"),
    )
    add_one_of_each(cast, team, 0)
    with CaptureQueriesContext(connection) as few:
        as_owner.get(ADDRESS)
    for number in range(1, 8):
        add_one_of_each(cast, team, number)
    with CaptureQueriesContext(connection) as many:
        as_owner.get(ADDRESS)
    assert len(many) == len(few)


def test_it_leads_to_creating_robots(as_owner: Client, cast: Cast) -> None:
    page = text(as_owner.get(ADDRESS))
    assert "/o/acme/robots/new/?project=payments" in page
    assert "Needs several projects? Create an organization robot" in page
