"""What a decision and an explanation cost: a number of queries that nothing makes grow."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from console.databases.statements import Statement
from console.models import Repository
from console.permissions.decision import decide
from console.permissions.vocabulary import Permission
from robots.models import Robot, RobotGrant, TeamRobot
from robots.queries.reaching import who_reaches
from robots.tokens.services.minting import Minted
from robots.tokens.services.tokens import create_token
from robots.usage.counters import Use
from robots.verifiers import hot_queries
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from teams.models import Membership, Team, TeamGrant, TeamMember, User, UserGrant
from tests.conftest import Cast
from tests.counting import counted
from tests.front import basic
from tests.registry import granted
from tests.remembered import forget

TEAMS, GRANTS_EACH, OTHER_TEAMS = 20, 25, 20
ALL_STATEMENTS = [name for name, it in vars(hot_queries).items() if isinstance(it, Statement)]


def give_to_teams(cast: Cast, repositories: list[Repository], count: int, name: str) -> list[Team]:
    """Teams, each with a level on every one of `repositories`."""
    organization = cast.organization
    teams = [Team(organization=organization, name=f"{name}{n}") for n in range(count)]
    Team.objects.bulk_create(teams)
    TeamGrant.objects.bulk_create(
        TeamGrant(
            team=team,
            organization=organization,
            project=cast.project,
            repository=repository,
            role="repository:read",
        )
        for team in teams
        for repository in repositories
    )
    return teams


@pytest.fixture
def minted(cast: Cast) -> Minted:
    """A token of a robot in 20 teams that hold 500 grants, in an organization with 500 more."""
    repositories = [cast.repository]
    repositories += Repository.objects.bulk_create(
        Repository(project=cast.project, name=f"more{n}") for n in range(GRANTS_EACH - 1)
    )
    own = give_to_teams(cast, repositories, TEAMS, "own")
    give_to_teams(cast, repositories, OTHER_TEAMS, "other")
    assert TeamGrant.objects.filter(organization=cast.organization).count() == 1000
    robot = cast.organization_robot
    TeamRobot.objects.bulk_create(TeamRobot(team=team, robot=robot) for team in own)
    return create_token(actor=cast.owner, robot=robot, name="many", kind="compact")


def test_a_registry_token_costs_one_query_soon_and_reads_only_what_covers_the_repository(
    cast: Cast, minted: Minted, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = minted.plaintext.reveal()
    login = basic(str(minted.token.uuid), secret)
    assert granted(login) == ["pull"]  # and what is made once is made
    forget()
    costs = []
    for _ in range(4):
        with counted(monkeypatch) as asked:
            assert granted(login) == ["pull"]
        costs.append(len(asked))
    # Whose secret it is has to be found out first; after that, the end of the chain is asked for, soon alone.
    assert costs == [2, 3, 1, 1]
    credential = authenticate(None, secret, Use("test"))
    assert isinstance(credential, Credential)
    target, held = credential.on_place("acme/payments/api")
    assert target is not None
    assert decide(held, Permission.ARTIFACT_PULL, target, credential.limits)
    assert [grant.repository_id for grant in held] == [cast.repository.pk] * TEAMS


@pytest.mark.parametrize("name", ALL_STATEMENTS)
def test_no_decision_reads_a_whole_table(cast: Cast, name: str) -> None:
    """What others hold costs nothing: every table is entered by an index."""
    steps = plan(getattr(hot_queries, name))
    assert [step for step in steps if "SCAN" in step or "Seq Scan" in step] == []


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL knows how small its tables are"
)
def test_a_path_is_looked_up_among_all_that_is_held(cast: Cast) -> None:
    """A robot in many teams pays for the grants that cover the path, not for those elsewhere."""
    steps = " ".join(plan(hot_queries.grants_on_path))
    assert "robotgrant_on_path" in steps
    assert "teamgrant_on_path" in steps


def plan(statement: Statement[Any]) -> list[str]:
    """How the database would find the rows, if it could not read small tables whole."""
    is_sqlite = connection.vendor == "sqlite"
    # Names and digests are text, and any text will do.
    values = defaultdict(str, robot_id=1, organization_id=1, access_id=UUID(int=0))
    parameters = [get(values, connection) for get in statement.compiled.getters]
    connection.ensure_connection()
    if not is_sqlite:
        connection.connection.execute("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    rows = connection.connection.execute(explain + statement.compiled.sql, parameters)
    return [str(row[-1]) for row in rows.fetchall()]


def populate(cast: Cast, count: int) -> None:
    """As many teams, robots and people that hold a level on the repository, the latter in teams."""
    names = [f"holder{count}-{n}" for n in range(count)]
    robots = Robot.objects.bulk_create(
        Robot(organization=cast.organization, name=name, login_name=f"robot_acme+{name}")
        for name in names
    )
    people = User.objects.bulk_create(User(email=f"{name}@example.com") for name in names)
    where = {"organization": cast.organization, "project": cast.project}
    here = {**where, "repository": cast.repository, "role": "repository:write"}
    teams = give_to_teams(cast, [cast.repository], count, f"team{count}-")
    Membership.objects.bulk_create(
        Membership(user=user, organization=cast.organization, role="member") for user in people
    )
    RobotGrant.objects.bulk_create(RobotGrant(robot=robot, **here) for robot in robots)
    UserGrant.objects.bulk_create(UserGrant(user=user, **here) for user in people)
    pairs = zip(teams, robots, people, strict=True)
    for team, robot, user in pairs:
        TeamRobot.objects.create(team=team, robot=robot)
        TeamMember.objects.create(team=team, user=user, role="member")


@pytest.fixture(params=["who reaches", "matrix", "reach"])
def ask(request: pytest.FixtureRequest, cast: Cast, as_owner: Client) -> Any:
    """A question about the repository; answers with how much there was to tell."""
    repository = cast.repository
    if request.param == "who reaches":
        return lambda: len(who_reaches(Repository.objects.get(pk=repository.pk)))
    page = {"matrix": "robots:repository-permissions", "reach": "robots:repository-reach"}
    url = reverse(page[request.param], args=[cast.organization.slug, repository.uuid])
    return lambda: len(as_owner.get(url).content)


def test_who_can_reach_a_repository_is_asked_in_a_constant_number_of_queries(
    cast: Cast, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, queries = [], []
    for more in (5, 195):
        populate(cast, more)
        with counted(monkeypatch) as asked:
            answers.append(ask())
        queries.append(asked)
    assert answers[0] < answers[1]
    assert len(queries[0]) == len(queries[1]), queries[1][-1]
