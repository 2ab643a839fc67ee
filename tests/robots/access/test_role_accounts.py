"""The account behind the tokens of a role: it holds that role, takes nothing else, and says what it is."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.accounts.services.teams import add_team_robots
from robots.models import Robot, RobotGrant
from teams.grants.services import GrantSpec, give, take
from teams.teams.services import create_team
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory, RobotFactory
from tests.robots.access.role_tokens import DEVELOPER, VIEWER, developer, form


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
