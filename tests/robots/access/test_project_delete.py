"""Deleting a project says what follows and does it completely; its name brings nothing back."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from console.errors import Conflict
from console.models import Project, RetiredPath
from console.organizations.services import create_project, create_repository
from console.permissions.decision import allows
from console.permissions.vocabulary import TICKABLE, Permission
from robots.access.services.deletions import delete_project
from robots.access.services.roles import RoleAt, create_role_token
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.models import Robot, RobotGrant, Token
from robots.tokens.services.tokens import create_token
from teams.grants.services import GrantSpec, give
from teams.models import Role, TeamGrant, UserGrant
from teams.roles.services import create_role
from teams.teams.services import create_team
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.front import ask, basic

ADDRESS = "/o/acme/projects/payments/deletion/"
PATH = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
PULL = frozenset({Permission.ARTIFACT_PULL})


def furnished(cast: Cast) -> None:
    """People, a team, an organization robot and a role in the project."""
    spec = GrantSpec(cast.organization, cast.project, role="project:developer")
    team = create_team(actor=cast.owner, organization=cast.organization, name="build")
    for holder in (cast.member, team):
        give(actor=cast.owner, holder=holder, spec=spec)
    role = create_role(
        actor=cast.owner,
        organization=cast.organization,
        project=cast.project,
        name="puller",
        permissions=PULL,
    )
    at = RoleAt(cast.organization, cast.project, custom=role)
    create_role_token(actor=cast.owner, role=at, name="sync", kind="compact")
    give(
        actor=cast.owner,
        holder=cast.organization_robot,
        spec=GrantSpec(cast.organization, cast.project, permissions=PULL),
    )


def status(cast: Cast, secret: str = "", name: str = "") -> int:
    login = basic(name or str(cast.token.uuid), secret or cast.secret)
    return ask(PATH, authorization=login).status


def delete(cast: Cast) -> None:
    answer = browser(cast.owner, confirmed=True).post(ADDRESS, {"name": "payments"})
    assert answer["Location"] == "/o/acme/projects/"


def test_the_page_says_what_follows(cast: Cast) -> None:
    furnished(cast)
    page = text(browser(cast.owner, confirmed=True).get(ADDRESS))
    for words in (
        "2 robot accounts</strong> with 2 tokens",
        "robot_acme.payments+ci",
        "1 repository</strong>",
        "3 grants</strong>",
        "1 role</strong>: puller",
        "developer of member@example.com",
        "The registry keeps its images",
    ):
        assert words in page


def test_deleting_ends_everything_with_one_event(cast: Cast) -> None:
    furnished(cast)
    assert status(cast) == 200
    with events_written() as events:
        delete(cast)
    assert status(cast) == 401
    assert not Project.objects.filter(organization=cast.organization).exists()
    assert not Role.objects.exists()
    for grants in (UserGrant, TeamGrant, RobotGrant):
        assert not grants.objects.filter(organization=cast.organization).exists()
    assert not allows(cast.member, Permission.ARTIFACT_PULL, cast.project)
    (event,) = events
    assert (event.action, event.actor_uuid) == ("project:deleted", cast.owner.uuid)
    assert event.target_label == "acme/payments"
    assert event.before["robots"] == {
        "robot_acme.payments+ci": ["nightly"],
        "robot_acme.payments+role.puller": ["sync"],
    }
    assert (event.before["repositories"], event.before["roles"]) == (["api"], ["puller"])


def test_the_robots_rows_stay_as_those_of_deleted_robots(cast: Cast) -> None:
    """So that a late login with an old token is recognized."""
    delete(cast)
    robot = Robot.objects.get(pk=cast.robot.pk)
    assert robot.deleted_at is not None
    assert robot.path == "acme/payments/ci"
    assert Token.objects.get(pk=cast.token.pk).revoked_at is not None


def test_a_project_of_the_same_name_shares_nothing_with_the_old_one(cast: Cast) -> None:
    furnished(cast)
    old_page = f"/o/acme/repositories/{cast.repository.uuid}/"
    delete(cast)
    new = create_project(
        actor=cast.owner, organization=cast.organization, slug="payments", name="New", reuse=True
    )
    create_repository(actor=cast.owner, project=new, name="api", reuse=True)
    robot = create_robot(
        actor=cast.owner,
        organization=cast.organization,
        project=new,
        name="ci",
        grants=[GrantRequest(new, frozenset(TICKABLE))],
    )
    minted = create_token(actor=cast.owner, robot=robot, name="nightly", kind="compact")
    assert status(cast, minted.plaintext.reveal(), robot.login_name) == 200
    for name in (str(cast.token.uuid), cast.robot.login_name):
        assert status(cast, cast.secret, name) == 401
    assert not allows(cast.member, Permission.ARTIFACT_PULL, new)
    assert not allows(cast.organization_robot, Permission.ARTIFACT_PULL, new)
    owner = browser(cast.owner)
    for page in (old_page, f"/o/acme/robots/{cast.robot.uuid}/"):
        assert owner.get(page).status_code == 404
    assert "old one" not in text(owner.get("/o/acme/projects/payments/"))


def test_its_paths_are_remembered(cast: Cast) -> None:
    delete(cast)
    paths = RetiredPath.objects.values_list("path", flat=True)
    assert sorted(paths) == ["acme/payments", "acme/payments/api"]


@pytest.mark.parametrize("name", ["", "Payments", "payment"])
def test_without_the_name_nothing_goes(cast: Cast, name: str) -> None:
    with events_written() as events:
        answer = browser(cast.owner, confirmed=True).post(ADDRESS, {"name": name})
    assert (answer.status_code, events, status(cast)) == (422, [], 200)


def test_it_asks_for_a_fresh_sign_in(as_owner: Client, cast: Cast) -> None:
    answer = as_owner.post(ADDRESS, {"name": "payments"})
    assert answer["Location"].startswith("/account/sign-in-again/")
    assert Project.objects.filter(pk=cast.project.pk).exists()


@pytest.mark.parametrize(("role", "expected"), [("maintainer", 403), ("admin", 302)])
def test_only_its_admins_and_owners_delete_it(cast: Cast, role: str, expected: int) -> None:
    spec = GrantSpec(cast.organization, cast.project, role=f"project:{role}")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member, confirmed=True)
    assert client.post(ADDRESS, {"name": "payments"}).status_code == expected
    assert Project.objects.filter(pk=cast.project.pk).exists() == (expected == 403)


def test_nothing_is_made_in_a_project_that_went_meanwhile(cast: Cast) -> None:
    gone = Project.objects.get(pk=cast.project.pk)
    delete_project(actor=cast.owner, project=cast.project)
    at = RoleAt(cast.organization, gone, key="project:guest")
    with events_written() as events:
        with pytest.raises(ValidationError):
            create_robot(actor=cast.owner, organization=cast.organization, project=gone, name="x")
        with pytest.raises(Conflict):
            create_repository(actor=cast.owner, project=gone, name="x")
        with pytest.raises(Conflict):
            create_role_token(actor=cast.owner, role=at, name="x", kind="compact")
    assert events == []


def test_a_secret_team_is_not_named_to_a_project_admin(cast: Cast) -> None:
    team = create_team(
        actor=cast.owner, organization=cast.organization, name="mergers", secret=True
    )
    for holder, role in ((team, "guest"), (cast.member, "admin")):
        spec = GrantSpec(cast.organization, cast.project, role=f"project:{role}")
        give(actor=cast.owner, holder=holder, spec=spec)
    page = text(browser(cast.member, confirmed=True).get(ADDRESS))
    assert "guest of a secret team" in page
    assert "mergers" not in page
