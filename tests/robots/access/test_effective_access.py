"""Effective access: who can do what at a place, and what a robot can do where, as five columns."""

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Repository
from console.permissions.roles import REPOSITORY_LEVELS
from robots.models import Robot, RobotGrant, TeamRobot
from teams.grants.services import GrantSpec, give
from teams.models import Team, TeamGrant
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.counting import counted
from tests.factories import RobotFactory
from tests.team_fixtures import crew_of, give_level

ROW = re.compile(r'<tr(?: data-who="[^"]*")?>(.*?)</tr>', re.DOTALL)
NAME = re.compile(r'class="entry-name"[^>]* title="([^"]*)"')


def rows(page: str) -> dict[str, list[str]]:
    """Each row's five columns by who or what it is about: all, some, none."""
    found = {}
    for row in ROW.findall(page):
        if named := NAME.search(row):
            found[named[1]] = re.findall(r'data-extent="(\w+)"', row)
    return found


def of_repository(name: str, repository: Repository, query: str = "") -> str:
    return reverse(f"robots:{name}", args=["acme", repository.uuid]) + query


@pytest.mark.parametrize(
    ("level", "filled"),
    [
        ("view", ["all", "none", "none", "none", "none"]),
        ("read", ["all", "all", "none", "none", "none"]),
        ("write", ["all", "all", "all", "none", "none"]),
        ("admin", ["all", "all", "all", "all", "all"]),
    ],
)
@pytest.mark.parametrize("page", ["repository-reach", "repository-permissions"])
def test_what_a_level_gives_is_filled(
    as_owner: Client, cast: Cast, page: str, level: str, filled: list[str]
) -> None:
    robot, organization = cast.organization_robot, cast.organization
    spec = GrantSpec(organization, cast.project, role=f"repository:{level}")
    give(actor=cast.owner, holder=robot, spec=spec)
    found = rows(as_owner.get(of_repository(page, cast.repository)).content.decode())
    assert found[robot.login_name] == filled
    access = as_owner.get(f"{robot.get_absolute_url()}access/").content.decode()
    assert rows(access) == {"acme/payments": filled}


def test_what_is_inherited_from_a_team_is_filled_and_no_row_says_none_loudly(
    as_owner: Client, cast: Cast
) -> None:
    """The level of the row itself is the control; what holds is what is filled."""
    crew_of(cast)  # the robot is in a team that may write
    robot = cast.organization_robot
    view = GrantSpec(cast.organization, cast.project, cast.repository, role="repository:view")
    give(actor=cast.owner, holder=robot, spec=view)
    page = text(as_owner.get(of_repository("repository-permissions", cast.repository)))
    row = page[page.index(f'data-who="{robot.login_name}"') :].partition("</tr>")[0]
    assert re.findall(r'data-extent="(\w+)"', row) == ["all", "all", "all", "none", "none"]
    assert re.search(r'data-inherited title="Inherited"> ?<input [^>]*value="write"', row)
    assert re.search(r'value="view" checked', row)
    assert "Inherited" in row
    assert ">None<" not in row
    assert "team build: write on acme/payments" in row


def test_who_can_push_is_a_link_and_keeps_robots_teams_and_people_apart(
    as_owner: Client, cast: Cast
) -> None:
    crew = crew_of(cast)
    give_level(cast, crew.secret, "read")
    pulls = RobotFactory(organization=cast.organization, name="puller")
    spec = GrantSpec(cast.organization, cast.project, cast.repository, role="repository:read")
    give(actor=cast.owner, holder=pulls, spec=spec)
    address = of_repository("repository-reach", cast.repository)
    page = as_owner.get(address)
    assert pulls.login_name in rows(page.content.decode())
    assert texts_of(page, "h2", **{"class": "list-title"}) == ["Robot accounts", "Teams", "People"]
    assert '<a class="chip" href="?can=push"' in text(page)
    found = rows(as_owner.get(f"{address}?can=push").content.decode())
    assert {"build", crew.owner.display_name, cast.robot.login_name} <= found.keys()
    assert pulls.login_name not in found
    assert all(columns[2] == "all" for columns in found.values())


def test_an_unknown_filter_is_named_and_shows_nobody(as_owner: Client, cast: Cast) -> None:
    page = as_owner.get(of_repository("repository-reach", cast.repository, "?can=fly"))
    assert page.status_code == 200
    assert "Write view, pull, push, delete, admin." in text(page)
    assert rows(page.content.decode()) == {}
    file = of_repository("repository-reach-export", cast.repository, "?can=fly")
    assert as_owner.get(file).status_code == 400


def test_a_public_repository_is_pulled_by_everybody_who_is_there(
    as_owner: Client, cast: Cast
) -> None:
    cast.repository.public = True
    cast.repository.save()
    viewer = RobotFactory(organization=cast.organization, name="viewer")
    spec = GrantSpec(cast.organization, cast.project, cast.repository, role="repository:view")
    give(actor=cast.owner, holder=viewer, spec=spec)
    page = as_owner.get(of_repository("repository-reach", cast.repository, "?can=pull"))
    assert rows(page.content.decode())[viewer.login_name][:2] == ["all", "all"]


def test_a_project_says_what_holds_in_all_or_some_of_its_repositories(
    as_owner: Client, cast: Cast
) -> None:
    here = GrantSpec(cast.organization, cast.project, cast.repository, role="repository:write")
    give(actor=cast.owner, holder=cast.organization_robot, spec=here)
    give(
        actor=cast.owner,
        holder=cast.organization_robot,
        spec=GrantSpec(cast.organization, cast.project, role="repository:view"),
    )
    address = reverse("robots:project-reach", args=["acme", cast.project.slug])
    page = as_owner.get(address)
    found = rows(page.content.decode())
    assert found[cast.organization_robot.login_name] == ["all", "some", "some", "none", "none"]
    assert found[cast.robot.login_name] == ["none", "all", "all", "all", "none"]
    assert "own grant: write on acme/payments/api" in text(page)
    pushing = rows(as_owner.get(address, {"can": "push"}).content.decode())
    assert cast.organization_robot.login_name in pushing


def test_a_robot_s_access_is_searched_and_filtered(as_owner: Client, cast: Cast) -> None:
    robot, organization = cast.organization_robot, cast.organization
    for name, level in (("web", "write"), ("docs", "read")):
        repository = Repository.objects.create(project=cast.project, name=name)
        spec = GrantSpec(organization, cast.project, repository, role=f"repository:{level}")
        give(actor=cast.owner, holder=robot, spec=spec)
    address = f"{robot.get_absolute_url()}access/"

    def found(query: str) -> list[str]:
        return list(rows(as_owner.get(address + query).content.decode()))

    assert found("") == ["acme/payments/docs", "acme/payments/web"]
    assert found("?can=push") == ["acme/payments/web"]
    assert found("?q=DOC") == ["acme/payments/docs"]
    assert found("?q=doc&can=push") == []
    assert "Nothing matches" in text(as_owner.get(f"{address}?q=zzz"))


def test_scripts_get_the_list_alone_with_its_links(as_owner: Client, cast: Cast) -> None:
    give_level(cast, crew_of(cast).team, "read")
    pages = {
        "reach": of_repository("repository-reach", cast.repository),
        "access": f"{cast.robot.get_absolute_url()}access/",
    }
    for part, address in pages.items():
        htmx = {"HX-Request": "true", "HX-Target": part}
        answer = as_owner.get(f"{address}?q=pay", headers=htmx)
        assert answer.content.decode().lstrip().startswith(f'<div class="stack" id="{part}">')
        assert 'href="?q=pay&amp;can=push"' in text(answer)


def lines(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # it streams
    return list(csv.DictReader(io.StringIO(body)))


def test_each_of_them_is_a_file_of_what_is_filtered(as_owner: Client, cast: Cast) -> None:
    crew_of(cast)
    robot = cast.organization_robot
    reach = lines(as_owner, of_repository("repository-reach-export", cast.repository, "?can=push"))
    by_name = {line["name"]: line for line in reach}
    assert by_name[robot.login_name] == {
        "kind": "robot",
        "name": robot.login_name,
        "view": "yes",
        "pull": "yes",
        "push": "yes",
        "delete": "no",
        "admin": "no",
        "further permissions": "chart:read chart:create tag:create label:create scan:create",
        "because of": "team build: write on acme/payments; team hush: write on acme/payments",
    }
    project = reverse("robots:project-reach-export", args=["acme", cast.project.slug])
    assert {line["name"] for line in lines(as_owner, project)} >= by_name.keys()
    access = reverse("robots:robot-access-export", args=["acme", robot.uuid])
    (line,) = lines(as_owner, access)
    assert (line["where"], line["push"], line["delete"]) == ("acme/payments", "yes", "no")


@pytest.fixture
def crowded(cast: Cast) -> Robot:
    """Two hundred holders and a thousand grants; one robot holds half of them."""
    organization, project = cast.organization, cast.project
    made = [Repository(project=project, name=f"many/{n:03}") for n in range(500)]
    repositories = Repository.objects.bulk_create(made)
    robots = [RobotFactory(organization=organization, name=f"worker-{n:03}") for n in range(100)]
    teams = [Team(organization=organization, name=f"crew-{n:03}") for n in range(100)]
    Team.objects.bulk_create(teams)
    wide = robots[0]
    TeamRobot.objects.bulk_create(TeamRobot(team=team, robot=wide) for team in teams)
    of_all = {"organization": organization, "project": project}
    RobotGrant.objects.bulk_create(
        RobotGrant(
            **of_all, robot=wide, repository=it, role=f"repository:{REPOSITORY_LEVELS[n % 4]}"
        )
        for n, it in enumerate(repositories)
    )
    here = {**of_all, "repository": cast.repository}
    RobotGrant.objects.bulk_create(
        RobotGrant(**here, robot=robot, role="repository:write") for robot in robots
    )
    TeamGrant.objects.bulk_create(
        TeamGrant(**where, team=team, role="repository:read")
        for team in teams
        for where in (of_all, here, {"organization": organization}, of_all)
    )
    return wide


def pages_of(cast: Cast, robot: Robot) -> dict[str, str]:
    return {
        "reach": of_repository("repository-reach", cast.repository),
        "can push": of_repository("repository-reach", cast.repository, "?can=push"),
        "project": reverse("robots:project-reach", args=["acme", cast.project.slug]),
        "matrix": of_repository("repository-permissions", cast.repository),
        "access": f"{robot.get_absolute_url()}access/",
        "access that pushes": f"{robot.get_absolute_url()}access/?can=push",
    }


@pytest.mark.parametrize(
    "name", ["reach", "can push", "project", "matrix", "access", "access that pushes"]
)
def test_two_hundred_holders_and_a_thousand_grants_cost_few_queries_and_bytes(
    as_owner: Client,
    cast: Cast,
    crowded: Robot,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = pages_of(cast, crowded)[name]
    as_owner.get(address)
    with counted(monkeypatch) as asked:
        page = as_owner.get(address).content
    assert len(page) < 300_000
    assert len(asked) <= 14  # that of the bell among them, and since when uses are recorded


def first_list(client: Client, address: str) -> tuple[list[str], str, str]:
    """The names of the rows of a page's first list, and where its next and previous pages are."""
    page = client.get(address).content.decode().partition('id="reach-team"')[0]
    links = [re.findall(rf'href="([^"]+)" rel="{rel}"', page) for rel in ("next", "prev")]
    following, previous = (unescape(found[0]) if found else "" for found in links)
    return list(rows(page)), following, previous


@pytest.mark.parametrize(("name", "count"), [("reach", 101), ("matrix", 201), ("access", 503)])
def test_every_row_of_them_stands_on_one_of_the_pages(
    as_owner: Client, cast: Cast, crowded: Robot, name: str, count: int
) -> None:
    """Robots of a repository, the rows of its matrix, places of a robot: forth, and one back."""
    address, query, previous = pages_of(cast, crowded)[name], "", ""
    pages: list[list[str]] = []
    while not pages or query:
        names, query, previous = first_list(as_owner, address + query)
        pages.append(names)
    seen = [name for names in pages for name in names]
    assert (len(seen), len(set(seen))) == (count, count)
    assert seen == sorted(seen)
    assert first_list(as_owner, address + previous)[0] == pages[-2]


@pytest.mark.parametrize("name", ["matrix", "access"])
def test_a_forged_cursor_is_400(as_owner: Client, cast: Cast, name: str) -> None:
    address = pages_of(cast, cast.robot)[name]
    assert as_owner.get(f"{address}?cursor=x").status_code == 400
