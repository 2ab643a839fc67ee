"""Tokens directly for a role: which roles have them, at which level, and who makes them."""

import re
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.models import Project
from console.permissions.vocabulary import Permission
from robots.access.services.roles import RoleAt, create_role_token
from robots.models import Robot, Token, TokenPolicy
from robots.tokens.services.tokens import create_token
from teams.grants.services import GrantSpec, give
from teams.models import Role
from teams.roles.services import create_role
from tests.actors import events_written
from tests.browsers import browser, confirm, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory
from tests.front import ask, basic
from tests.robots.access.role_tokens import DEVELOPER, VIEWER, developer, form
from tests.unchanged import forms_on

PATH = "/service/token?service=registry&scope=repository:acme/payments/api:pull"


@pytest.fixture
def as_owner(as_owner: Client) -> Client:
    """The owner has just given the password: a token for some of these roles is strong."""
    confirm(as_owner)
    return as_owner


def custom(cast: Cast, project: Project | None = None, name: str = "puller") -> Role:
    return create_role(
        actor=cast.owner,
        organization=cast.organization,
        project=project,
        name=name,
        permissions=frozenset({Permission.ARTIFACT_PULL}),
    )


def tokens_page(role: Role) -> str:
    return f"/o/acme/roles/{role.uuid}/tokens/"


def test_the_first_token_makes_the_role_account_and_is_revealed(
    as_owner: Client, cast: Cast
) -> None:
    with events_written() as events:
        answer = as_owner.post(f"{DEVELOPER}new/", developer(cast))
    (secret,) = texts_of(answer, id="secret")
    token = Token.objects.get(name="sync")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert token.of_robot.login_name == "robot_acme.payments+role.developer"
    assert ask(PATH, authorization=basic(str(token.uuid), secret)).status == 200
    (event,) = events
    assert (event.action, event.actor_uuid) == ("token:created", cast.owner.uuid)
    assert event.after["role_account"] == token.of_robot.login_name
    assert secret not in str(event.after)


def test_the_form_offers_what_the_policy_of_the_role_and_its_project_allows(
    as_owner: Client, cast: Cast
) -> None:
    for project, days in ((None, 60), (cast.project, 30)):
        TokenPolicy.objects.create(
            organization=cast.organization,
            project=project,
            default_days=days,
            maximum_days=days,
            never_allowed=False,
        )
    for address, offered in (
        (VIEWER, ["30", "60"]),
        (DEVELOPER, ["30", "60"]),
        (f"{DEVELOPER}new/?project={cast.project.uuid}", ["30"]),
    ):
        page = as_owner.get(address if "?" in address else f"{address}new/")
        (form_sent,) = (it for it in forms_on(page) if "expiry" in it.data)
        assert form_sent.data["expiry"] == [offered[-1]]
        assert re.findall(r'<option value="(\d+)"', text(page)) == offered
    refused = as_owner.post(f"{DEVELOPER}new/", developer(cast, expiry="60"))
    assert refused.status_code == 422
    assert text(refused).count("Tokens may live for 30 days at most.") > 1
    for path, sent in ((VIEWER, form), (DEVELOPER, partial(developer, cast))):
        assert as_owner.post(f"{path}new/", sent(expiry="30")).status_code == 200


def test_a_second_token_is_of_the_same_account(as_owner: Client, cast: Cast) -> None:
    for name in ("one", "two"):
        as_owner.post(f"{VIEWER}new/", form(name=name))
    assert Robot.objects.role_accounts().get().tokens.count() == 2
    page = text(as_owner.get(VIEWER))
    assert "one</a>" in page
    assert "two</a>" in page


@pytest.mark.parametrize("second", ["viewer", "owner"])
def test_a_name_is_unique_in_its_level_whatever_the_role(
    as_owner: Client, cast: Cast, second: str
) -> None:
    as_owner.post(f"{VIEWER}new/", form())
    with events_written() as events:
        answer = as_owner.post(VIEWER.replace("viewer", second) + "new/", form())
    assert (answer.status_code, events) == (409, [])
    assert "This name is taken" in text(answer)
    assert Token.objects.filter(name="sync").count() == 1
    assert as_owner.post(f"{DEVELOPER}new/", developer(cast)).status_code == 200


def test_the_name_is_as_unique_through_the_robots_page(as_owner: Client, cast: Cast) -> None:
    as_owner.post(f"{VIEWER}new/", form())
    owner = RoleAt(cast.organization, key="organization:owner")
    account = create_role_token(actor=cast.owner, role=owner, name="other").token.of_robot
    answer = as_owner.post(f"/o/acme/robots/{account.uuid}/tokens/new/", form())
    assert answer.status_code == 409


def test_a_repeated_request_never_mints_again(as_owner: Client, cast: Cast) -> None:
    sent = form()
    as_owner.post(f"{VIEWER}new/", sent)
    answer = as_owner.post(f"{VIEWER}new/", sent)
    token = Token.objects.get(name="sync")
    assert (answer.status_code, answer["Location"]) == (302, token.get_absolute_url())
    assert token.secrets.count() == 1


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ("organization", "member"),
        ("organization", "project-creator"),
        ("repository", "read"),
        ("repository", "admin"),
    ],
)
def test_some_built_in_roles_have_no_tokens(as_owner: Client, scope: str, name: str) -> None:
    page = f"/o/acme/roles/built-in/{scope}/{name}/tokens/"
    assert "This role has no tokens" in text(as_owner.get(page))
    assert as_owner.post(f"{page}new/", form()).status_code == 404
    assert not Robot.objects.role_accounts().exists()


def test_the_service_refuses_a_role_at_the_wrong_level(cast: Cast) -> None:
    own, elsewhere = custom(cast, cast.project), ProjectFactory(organization=cast.organization)
    foreign = create_role(
        actor=cast.stranger,
        organization=cast.other_organization,
        name="x",
        permissions=frozenset({Permission.ARTIFACT_PULL}),
    )
    organization = cast.organization
    for role in (
        RoleAt(organization, key="project:admin"),
        RoleAt(organization, cast.project, key="organization:owner"),
        RoleAt(organization, cast.project, key="repository:read"),
        RoleAt(organization, key="organization:member"),
        RoleAt(organization, key="nonsense"),
        RoleAt(organization, custom=own),
        RoleAt(organization, elsewhere, custom=own),
        RoleAt(organization, cast.project, custom=custom(cast, name="wide")),
        RoleAt(organization, cast.other_project, key="project:admin"),
        RoleAt(organization, custom=foreign),
    ):
        with events_written() as events, pytest.raises(ValidationError):
            create_role_token(actor=cast.owner, role=role, name="t")
        assert events == []
    assert not Robot.objects.role_accounts().exists()


def test_a_project_of_another_organization_is_no_choice(as_owner: Client, cast: Cast) -> None:
    for project in (str(cast.other_project.uuid), str(uuid4()), ""):
        answer = as_owner.post(f"{DEVELOPER}new/", form(project=project))
        assert answer.status_code == 422
    assert not Robot.objects.role_accounts().exists()


@pytest.mark.parametrize("level", ["organization", "project"])
def test_custom_roles_have_tokens_at_their_own_level(
    as_owner: Client, cast: Cast, level: str
) -> None:
    role = custom(cast, cast.project if level == "project" else None)
    assert as_owner.post(f"{tokens_page(role)}new/", form()).status_code == 200
    account = Robot.objects.role_accounts().get()
    assert account.project == role.project
    assert "sync</a>" in text(as_owner.get(tokens_page(role)))


def test_roles_of_one_name_at_two_levels_have_tokens_of_their_own(
    as_owner: Client, cast: Cast
) -> None:
    wide, own = custom(cast), custom(cast, cast.project)
    as_owner.post(f"{tokens_page(wide)}new/", form(name="wide"))
    as_owner.post(f"{tokens_page(own)}new/", form(name="narrow"))
    assert "narrow</a>" not in text(as_owner.get(tokens_page(wide)))
    assert "wide</a>" not in text(as_owner.get(tokens_page(own)))


def test_nobody_makes_a_token_for_a_role_they_do_not_hold(cast: Cast) -> None:
    held = {
        Permission.ROLE_READ,
        Permission.ROBOT_CREATE,
        Permission.TOKEN_CREATE,
        Permission.GRANT_CREATE,
        Permission.ROBOT_READ,
    }
    spec = GrantSpec(cast.organization, permissions=frozenset(held))
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member, confirmed=True)
    with events_written() as events:
        for page, sent in ((VIEWER, form()), (DEVELOPER, developer(cast))):
            assert client.post(f"{page}new/", sent).status_code == 403
    assert (events, Robot.objects.role_accounts().count()) == ([], 0)
    # Nor when somebody else has made the account before.
    at = RoleAt(cast.organization, key="organization:viewer")
    account = create_role_token(actor=cast.owner, role=at, name="first").token.of_robot
    assert client.post(f"{VIEWER}new/", form()).status_code == 403
    assert client.post(f"/o/acme/robots/{account.uuid}/tokens/new/", form()).status_code == 403


def test_a_project_admin_makes_tokens_for_roles_of_their_project(cast: Cast) -> None:
    elsewhere = ProjectFactory(organization=cast.organization)
    at = RoleAt(cast.organization, elsewhere, key="project:developer")
    create_role_token(actor=cast.owner, role=at, name="not-theirs")
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, cast.project, role="project:admin"),
    )
    client = browser(cast.member)
    assert client.post(f"{DEVELOPER}new/", developer(cast)).status_code == 200
    assert (
        client.post(f"{DEVELOPER}new/", form(project=str(elsewhere.uuid), name="b")).status_code
        == 422
    )
    assert client.post(f"{VIEWER}new/", form(name="c")).status_code == 403
    page = text(client.get(DEVELOPER))
    assert "sync</a>" in page
    assert "not-theirs" not in page


def test_the_number_of_queries_does_not_grow_with_the_tokens(as_owner: Client, cast: Cast) -> None:
    as_owner.post(f"{DEVELOPER}new/", developer(cast))
    with CaptureQueriesContext(connection) as few:
        as_owner.get(DEVELOPER)
    for number in range(4):
        project = ProjectFactory(organization=cast.organization)
        at = RoleAt(cast.organization, project, key="project:developer")
        account = create_role_token(
            actor=cast.owner, role=at, name="a", kind="compact"
        ).token.of_robot
        create_token(actor=cast.owner, robot=account, name=f"b{number}", kind="compact")
    with CaptureQueriesContext(connection) as many:
        as_owner.get(DEVELOPER)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Big"}, "Use lower-case letters"),
        ({"kind": "own"}, "Select a valid choice"),
        ({"expiry": "days"}, "Enter a number of days"),
        ({"request_key": "x"}, "Enter a valid UUID."),
    ],
)
def test_a_wrong_form_is_422_and_makes_nothing(
    as_owner: Client, changes: dict[str, object], words: str
) -> None:
    answer = as_owner.post(f"{VIEWER}new/", form(**changes))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Robot.objects.role_accounts().exists()
