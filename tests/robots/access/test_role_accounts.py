"""The account behind the tokens of a role: it holds that role, takes nothing else, and says what it is."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.accounts.services.teams import add_team_robots
from robots.models import Robot, RobotGrant, Token
from teams.grants.services import GrantSpec, give, take
from teams.teams.services import create_team
from tests.actors import events_written
from tests.browsers import confirm, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory, RobotFactory
from tests.robots.access.role_tokens import DEVELOPER, VIEWER, developer, form


@pytest.fixture
def as_owner(as_owner: Client) -> Client:
    """The owner has just given the password: a token for some of these roles is strong."""
    confirm(as_owner)
    return as_owner


def test_the_account_holds_exactly_its_role_at_its_level(as_owner: Client, cast: Cast) -> None:
    elsewhere = ProjectFactory(organization=cast.organization)
    as_owner.post(f"{DEVELOPER}new/", developer(cast))
    account = Robot.objects.role_accounts().get()
    held = {name for name in Permission if allows(account, name, cast.project)}
    assert held == RobotGrant.objects.get(robot=account).conferred[0]
    assert not any(allows(account, name, elsewhere) for name in Permission)
    assert not any(allows(account, name, cast.organization) for name in Permission)


def test_a_role_account_takes_no_other_grant_and_no_team(as_owner: Client, cast: Cast) -> None:
    as_owner.post(f"{VIEWER}new/", form())
    account = Robot.objects.role_accounts().get()
    team = create_team(actor=cast.owner, organization=cast.organization, name="build")
    with pytest.raises(ValidationError, match="joins no team"):
        add_team_robots(actor=cast.owner, team=team, robots=[account])
    for spec in (
        GrantSpec(cast.organization, role="organization:owner"),
        GrantSpec(cast.organization, cast.project, role="project:guest"),
        GrantSpec(cast.organization, permissions=frozenset({Permission.ARTIFACT_PULL})),
    ):
        with pytest.raises(ValidationError, match="no other grant"):
            give(actor=cast.owner, holder=account, spec=spec)
    with pytest.raises(ValidationError, match="delete the account"):
        take(actor=cast.owner, grant=account.grants.with_names().get())
    assert account.grants.get().role == "organization:viewer"


def test_the_account_is_marked_and_says_what_it_is(as_owner: Client, cast: Cast) -> None:
    as_owner.post(f"{VIEWER}new/", form())
    account = Robot.objects.role_accounts().get()
    assert texts_of(as_owner.get("/o/acme/robots/"), "span", **{"class": "tag"}) == ["role account"]
    page = text(as_owner.get(f"/o/acme/robots/{account.uuid}/"))
    assert "It takes no other grants and joins no team." in page
    assert "/o/acme/roles/built-in/organization/viewer/" in page


@pytest.mark.parametrize(
    "values",
    [
        {"role": "project:guest"},
        {"role": "organization:owner"},
        {"role": "project:developer", "elsewhere": True},
        {"permissions": frozenset({Permission.ARTIFACT_PULL})},
    ],
)
def test_an_account_without_a_grant_takes_only_its_roles_at_its_level(
    cast: Cast, values: dict[str, Any]
) -> None:
    account = RobotFactory(
        organization=cast.organization,
        project=cast.project,
        name="role.developer",
        role_name="developer",
    )
    where = {"organization": cast.organization, "project": cast.project, "robot": account}
    RobotGrant(role="project:developer", **where).full_clean()
    if values.pop("elsewhere", False):
        where["repository"] = cast.repository
    with pytest.raises(ValidationError, match="no other grant"):
        RobotGrant(**(where | values)).full_clean()


def test_the_account_ends_with_its_last_token_and_begins_with_the_next(
    as_owner: Client, cast: Cast
) -> None:
    for name in ("sync", "other"):
        as_owner.post(f"{VIEWER}new/", form(name=name))
    account = Robot.objects.role_accounts().get()
    first, last = account.tokens.order_by("id")
    as_owner.post(f"{first.get_absolute_url()}deletion/")
    assert Robot.objects.get(pk=account.pk).deleted_at is None
    with events_written() as events:
        answer = as_owner.post(f"{last.get_absolute_url()}deletion/", follow=True)
    assert answer.status_code == 200, "the way back is there"
    assert [event.action for event in events] == ["token:deleted", "robot:deleted"]
    assert Robot.objects.get(pk=account.pk).deleted_at
    assert not RobotGrant.objects.filter(robot=account).exists()
    assert account.name not in texts_of(as_owner.get("/o/acme/robots/"), "a")
    as_owner.post(f"{VIEWER}new/", form())
    assert Robot.objects.role_accounts().get().name == account.name


def test_a_role_says_how_many_tokens_it_has_beside_its_uses(as_owner: Client, cast: Cast) -> None:
    as_owner.post(f"{VIEWER}new/", form())
    as_owner.post(f"{DEVELOPER}new/", developer(cast))
    as_owner.post(f"{DEVELOPER}new/", developer(cast, name="other"))
    page = as_owner.get("/o/acme/roles/")
    assert texts_of(page, "span", **{"class": "soft"}) == ["+ 1 token", "+ 2 tokens"]
    for token in Token.objects.filter(robot__role_name="developer"):
        as_owner.post(f"{token.get_absolute_url()}deletion/")
    assert texts_of(as_owner.get("/o/acme/roles/"), "span", **{"class": "soft"}) == ["+ 1 token"]
