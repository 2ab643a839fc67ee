"""Adding access: any number of places for one holder, or of holders at one place, saved together."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from console.models import Project, Repository
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.access.services.roles import RoleAt, create_role_token
from robots.models import Robot, RobotGrant
from teams.grants.services import GrantSpec, give
from teams.models import TeamGrant, UserGrant
from tests.actors import events_written
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast, person
from tests.factories import ProjectFactory, RepositoryFactory
from tests.team_fixtures import crew_of

NAMES = {"class": "entry-name"}


@pytest.fixture
def repositories(cast: Cast) -> list[Repository]:
    """Three, of two projects."""
    docs = ProjectFactory(organization=cast.organization, slug="docs")
    return [
        cast.repository,
        RepositoryFactory(project=cast.project, name="web"),
        RepositoryFactory(project=docs, name="site"),
    ]


def of_robot(robot: Robot) -> str:
    return reverse("robots:robot-access-add", args=["acme", robot.uuid])


def of_repository(repository: Repository) -> str:
    return reverse("robots:repository-access-add", args=["acme", repository.uuid])


def ticked(*repositories: Repository) -> list[str]:
    return [f"repository:{it.uuid}" for it in repositories]


def extents(page: str) -> dict[str, list[str]]:
    """What the preview says, row by row: view, pull, push, delete, admin."""
    _, _, preview = page.partition('id="preview"')
    rows = re.findall(r'<tr>.*?title="([^"]*)">(.*?)</tr>', preview, re.DOTALL)
    return {name: re.findall(r'data-extent="(\w+)"', cells) for name, cells in rows}


def test_a_robot_gets_a_level_on_several_places_in_one_save(
    as_owner: Client, cast: Cast, repositories: list[Repository]
) -> None:
    robot = cast.organization_robot
    with events_written() as events:
        answer = as_owner.post(
            of_robot(robot), {"place": ticked(*repositories), "what": "read"}, follow=True
        )
    assert answer.request["PATH_INFO"] == f"{robot.get_absolute_url()}access/"
    for where in ("acme/payments/api", "acme/payments/web", "acme/docs/site"):
        assert where in text(answer)
    assert "Read given: " in text(answer)
    assert [event.action for event in events] == ["grant:created"] * 3
    assert {grant.role for grant in robot.grants.all()} == {"repository:read"}
    assert all(allows(robot, Permission.ARTIFACT_PULL, it) for it in repositories)


def test_projects_and_all_of_them_can_be_ticked_as_well(as_owner: Client, cast: Cast) -> None:
    robot = cast.organization_robot
    places = [f"organization:{cast.organization.uuid}", f"project:{cast.project.uuid}"]
    as_owner.post(of_robot(robot), {"place": places, "what": "ticked", "permissions": "tag:create"})
    held = {(it.project, it.repository, *it.permissions) for it in robot.grants.all()}
    assert held == {(None, None, "tag:create"), (cast.project, None, "tag:create")}


def test_what_is_held_already_stays_and_a_lower_level_is_raised(
    as_owner: Client, cast: Cast, repositories: list[Repository]
) -> None:
    robot, organization = cast.organization_robot, cast.organization
    for repository, level in zip(repositories, ("view", "admin"), strict=False):
        spec = GrantSpec(organization, repository.project, repository, role=f"repository:{level}")
        give(actor=cast.owner, holder=robot, spec=spec)
    answer = as_owner.post(
        of_robot(robot), {"place": ticked(*repositories), "what": "write"}, follow=True
    )
    said = text(answer)
    assert "Write given: acme/docs/site." in said
    assert "Raised to write: acme/payments/api." in said
    assert "Held already: acme/payments/web." in said
    held = {str(it.repository): it.role.partition(":")[2] for it in robot.grants.all()}
    assert held == {
        "acme/payments/api": "write",
        "acme/payments/web": "admin",
        "acme/docs/site": "write",
    }


def test_a_search_keeps_every_tick_and_shows_what_it_comes_to(
    as_owner: Client, cast: Cast, repositories: list[Repository]
) -> None:
    """Without scripts, too: the Search button sends the form."""
    robot = cast.organization_robot
    spec = GrantSpec(cast.organization, cast.project, role="repository:read")
    give(actor=cast.owner, holder=robot, spec=spec)
    data = {"place": ticked(cast.repository, repositories[2]), "what": "write", "find": "zzz"}
    page = as_owner.post(f"{of_robot(robot)}?search=", data).content.decode()
    for value in data["place"]:
        assert re.search(rf'value="{value}"[^>]*checked', page, re.DOTALL)
    assert 'name="what" value="write" checked' in page
    assert extents(page) == {
        "acme/payments/api": ["all", "all", "new", "none", "none"],
        "acme/docs/site": ["new", "new", "new", "none", "none"],
    }
    assert robot.grants.count() == 1


def test_scripts_get_the_preview_alone(as_owner: Client, cast: Cast) -> None:
    data = {"place": ticked(cast.repository), "what": "read", "find": ""}
    htmx = {"HX-Request": "true", "HX-Target": "preview"}
    answer = as_owner.post(f"{of_robot(cast.organization_robot)}?search=", data, headers=htmx)
    page = answer.content.decode()
    assert page.lstrip().startswith('<section class="stack stack-s" id="preview"')
    assert extents(page) == {"acme/payments/api": ["new", "new", "none", "none", "none"]}


def test_who_does_not_hold_it_is_told_what_and_loses_no_tick(
    cast: Cast, repositories: list[Repository]
) -> None:
    giver = person(cast.organization, "member", "giver@example.com")
    for repository, level in zip(repositories, ("admin", "admin", "write"), strict=True):
        where = (cast.organization, repository.project, repository)
        give(actor=cast.owner, holder=giver, spec=GrantSpec(*where, role=f"repository:{level}"))
    some = frozenset({Permission.GRANT_CREATE, Permission.ROBOT_READ})
    give(actor=cast.owner, holder=giver, spec=GrantSpec(cast.organization, permissions=some))
    data = {"place": ticked(*repositories), "what": "admin"}
    with events_written() as events:
        answer = browser(giver, confirmed=True).post(of_robot(cast.organization_robot), data)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert re.search(r"You do not hold \S+ on acme/docs/site", page)
    assert len(re.findall(r'name="place" value="repository:[^>]*checked', page)) == 3
    assert 'name="what" value="admin" checked' in page
    assert events == []
    assert not cast.organization_robot.grants.exists()


def test_a_project_robot_is_offered_its_own_project(
    as_owner: Client, cast: Cast, repositories: list[Repository]
) -> None:
    page = as_owner.get(of_robot(cast.robot))
    assert texts_of(page, "span", **NAMES) == ["payments", "payments/api", "payments/web"]
    for other in (*ticked(repositories[2]), f"organization:{cast.organization.uuid}"):
        answer = as_owner.post(of_robot(cast.robot), {"place": other, "what": "read"})
        assert answer.status_code == 422


def test_a_role_s_account_takes_nothing(as_owner: Client, cast: Cast) -> None:
    role = RoleAt(cast.organization, cast.project, "project:developer")
    create_role_token(actor=cast.owner, role=role, name="sync", kind="compact")
    account = Robot.objects.get(name="role.developer")
    assert as_owner.get(of_robot(account)).status_code == 404
    assert "Add Access" not in text(as_owner.get(f"{account.get_absolute_url()}access/"))


def test_a_role_is_of_projects_and_not_of_repositories(as_owner: Client, cast: Cast) -> None:
    member = cast.member.memberships.get(organization=cast.organization)
    address = reverse("robots:member-access-add", args=["acme", member.uuid])
    both = [*ticked(cast.repository), f"project:{cast.project.uuid}"]
    data = {"what": "role", "role": "project:maintainer"}
    refused = as_owner.post(address, data | {"place": both})
    assert refused.status_code == 422
    assert "A project role is given on projects" in text(refused)
    assert as_owner.post(address, data | {"place": both[1:]}).status_code == 302
    assert UserGrant.objects.get(user=cast.member).role == "project:maintainer"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"what": "read"}, "Choose at least one project or repository."),
        ({"place": "x", "what": "read"}, "Choose projects and repositories of the list."),
        ({"place": "own", "what": "everything"}, "Select a valid choice"),
        ({"place": "own"}, "This field is required"),
        ({"place": "own", "what": "ticked"}, "Tick at least one permission."),
        ({"place": "foreign", "what": "read"}, "Choose projects and repositories of the list."),
    ],
)
def test_what_cannot_be_given_is_422(
    as_owner: Client, cast: Cast, data: dict[str, str], said: str
) -> None:
    places = {
        "own": f"project:{cast.project.uuid}",
        "foreign": f"project:{cast.other_project.uuid}",
    }
    sent = data | ({"place": places.get(data["place"], "x")} if "place" in data else {})
    with events_written() as events:
        answer = as_owner.post(of_robot(cast.organization_robot), sent)
    assert (answer.status_code, events) == (422, [])
    assert said in text(answer)


def test_a_repository_s_page_gives_to_robots_teams_and_people_at_once(
    as_owner: Client, cast: Cast
) -> None:
    crew = crew_of(cast)
    robot = cast.organization_robot
    who = [f"robot-{robot.uuid}", f"team-{crew.team.uuid}", f"person-{cast.member.uuid}"]
    address = of_repository(cast.repository)
    page = as_owner.post(f"{address}?search=", {"holder": who, "what": "admin", "find": ""})
    assert extents(page.content.decode()) == {
        robot.login_name: ["all", "all", "all", "new", "new"],
        "build": ["all", "all", "all", "new", "new"],
        cast.member.display_name: ["new"] * 5,
    }
    with events_written() as events:
        answer = browser(cast.owner, confirmed=True).post(address, {"holder": who, "what": "admin"})
    assert answer["Location"].endswith(f"/repositories/{cast.repository.uuid}/permissions/")
    assert len(events) == 3
    here = {"repository": cast.repository, "role": "repository:admin"}
    assert [model.objects.get(**here) for model in (RobotGrant, TeamGrant, UserGrant)]


def test_a_project_s_page_gives_roles_too(as_owner: Client, cast: Cast) -> None:
    address = reverse("robots:project-access-add", args=["acme", cast.project.slug])
    data = {"holder": f"person-{cast.member.uuid}", "what": "role", "role": "project:guest"}
    answer = as_owner.post(address, data)
    assert answer["Location"] == reverse("robots:project-reach", args=["acme", cast.project.slug])
    assert UserGrant.objects.get(user=cast.member).role == "project:guest"
    of_other = as_owner.post(of_repository(cast.repository), data)
    assert of_other.status_code == 422


def test_a_preview_tells_nothing_to_who_may_not_read_grants(cast: Cast) -> None:
    giver = person(cast.organization, "member", "giver@example.com")
    some = frozenset({Permission.GRANT_CREATE, Permission.ROBOT_READ, Permission.ARTIFACT_PULL})
    give(actor=cast.owner, holder=giver, spec=GrantSpec(cast.organization, permissions=some))
    level = GrantSpec(cast.organization, cast.project, role="repository:read")
    give(actor=cast.owner, holder=cast.organization_robot, spec=level)
    data = {"place": ticked(cast.repository), "what": "read", "find": ""}
    address = f"{of_robot(cast.organization_robot)}?search="
    known, unknown = (browser(user).post(address, data) for user in (cast.owner, giver))
    assert extents(known.content.decode())["acme/payments/api"][:2] == ["all", "all"]
    assert extents(unknown.content.decode())["acme/payments/api"][:2] == ["new", "new"]


def test_more_than_two_hundred_at_once_are_refused(as_owner: Client, cast: Cast) -> None:
    made = Repository.objects.bulk_create(
        Repository(project=cast.project, name=f"more{n}") for n in range(201)
    )
    data = {"place": ticked(*made), "what": "read"}
    assert as_owner.post(of_robot(cast.organization_robot), data).status_code == 400
    assert not cast.organization_robot.grants.exists()


def test_its_queries_do_not_grow(as_owner: Client, cast: Cast) -> None:
    robot = cast.organization_robot

    def count(places: list[str]) -> int:
        data = {"place": places, "what": "write", "find": ""}
        with CaptureQueriesContext(connection) as captured:
            answer = as_owner.post(f"{of_robot(robot)}?search=", data)
        assert answer.status_code == 200
        return len(captured)

    project = Project.objects.get(pk=cast.project.pk)
    places = ticked(*RepositoryFactory.create_batch(40, project=project))
    count(places[:2])
    assert count(places[:2]) == count(places) <= 20
