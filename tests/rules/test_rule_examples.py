"""The smallest worlds in which one of the two rules could be broken, each once was or nearly was."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from console.errors import Conflict
from console.organizations.services import change_repository, create_repository
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission, Permissions
from robots.access.services.deletions import delete_project
from robots.access.services.roles import RoleAt, create_role_token
from robots.accounts.services.robots import create_robot, delete_robot
from robots.models import Robot, TeamRobot
from robots.tokens.services.tokens import create_token
from teams.grants.services import GrantSpec, change_grant, give
from teams.members.services import accept_invitation, invite, remove_member
from teams.models import Membership, Role, UserGrant
from teams.roles.services import update_role
from teams.teams.services import add_team_members, change_team_role
from tests.conftest import Cast, person

PULL, PUSH, DELETE = Permission.ARTIFACT_PULL, Permission.ARTIFACT_PUSH, Permission.ARTIFACT_DELETE
GRANT, TEAM = Permission.GRANT_CREATE, Permission.TEAM_UPDATE


def holder(cast: Cast, *permissions: Permission, email: str = "holder@example.com") -> Any:
    """A member who holds these in the whole organization and nothing else."""
    user = person(cast.organization, "member", email)
    UserGrant.objects.create(
        user=user, organization=cast.organization, permissions=frozenset(permissions)
    )
    return user


def on_all(cast: Cast, *permissions: Permission, **what: Any) -> GrantSpec:
    return GrantSpec(cast.organization, permissions=frozenset(permissions), **what)


def role(cast: Cast, *permissions: Permission, name: str = "ci", **fields: Any) -> Role:
    found: Role = Role.objects.create(
        organization=cast.organization, name=name, permissions=frozenset(permissions), **fields
    )
    return found


def test_what_everybody_may_is_not_held(cast: Cast) -> None:
    cast.repository.public = True
    cast.repository.save()
    actor = holder(cast, GRANT)
    spec = GrantSpec(
        cast.organization, cast.project, cast.repository, permissions=frozenset({PULL})
    )
    with pytest.raises(PermissionDenied):
        give(actor=actor, holder=cast.member, spec=spec)


def test_who_cannot_pull_cannot_let_everybody_pull(cast: Cast) -> None:
    actor = holder(cast, Permission.REPOSITORY_CREATE, Permission.REPOSITORY_UPDATE)
    with pytest.raises(PermissionDenied):
        change_repository(actor=actor, repository=cast.repository, description="", public=True)
    with pytest.raises(PermissionDenied):
        create_repository(actor=actor, project=cast.project, name="new", public=True)
    change_repository(actor=actor, repository=cast.repository, description="more", public=False)


def test_a_place_in_a_team_is_given_by_who_holds_its_role(cast: Cast) -> None:
    actor = holder(cast, TEAM)
    team = cast.organization.teams.create(name="devs")
    with pytest.raises(PermissionDenied):
        add_team_members(actor=actor, team=team, users=[actor], role="owner")
    place = team.members.create(user=cast.member, role="member")
    with pytest.raises(PermissionDenied):
        change_team_role(actor=actor, place=place, role="owner")


def test_an_owner_of_a_team_lets_nobody_into_more_than_they_hold(cast: Cast) -> None:
    """They are the team's owner by their place, but no longer hold what it holds."""
    team = cast.organization.teams.create(name="devs")
    give(actor=cast.owner, holder=team, spec=on_all(cast, role="organization:owner"))
    actor = holder(cast, TEAM, Permission.TEAM_READ)
    with pytest.raises(PermissionDenied):
        add_team_members(actor=actor, team=team, users=[actor], role="member")


def test_a_role_is_given_as_it_is_now(cast: Cast) -> None:
    """The form was read before somebody widened the role."""
    actor, seen = holder(cast, GRANT, Permission.GRANT_UPDATE, PULL), role(cast, PULL)
    grant = give(actor=actor, holder=cast.member, spec=on_all(cast, PULL))
    update_role(actor=cast.owner, role=seen, description="", permissions=frozenset({DELETE}))
    with pytest.raises(PermissionDenied):
        give(actor=actor, holder=cast.member, spec=on_all(cast, custom_role=seen))
    with pytest.raises(PermissionDenied):
        change_grant(actor=actor, grant=grant, custom_role=seen)


def test_giving_again_needs_the_same_right(cast: Cast) -> None:
    give(actor=cast.owner, holder=cast.member, spec=on_all(cast, PULL))
    with pytest.raises(PermissionDenied):
        give(actor=cast.member, holder=cast.member, spec=on_all(cast, PULL))


def test_a_deleted_robot_is_given_nothing(cast: Cast) -> None:
    seen = Robot.objects.get(pk=cast.organization_robot.pk)
    delete_robot(actor=cast.owner, robot=cast.organization_robot)
    with pytest.raises((ValidationError, Conflict)):
        give(actor=cast.owner, holder=seen, spec=on_all(cast, PULL))
    assert not seen.grants.exists()


def test_a_role_account_keeps_its_role_and_takes_no_namesake(cast: Cast) -> None:
    own, other = role(cast, PULL, project=cast.project), role(cast, PULL, PUSH)
    at = RoleAt(cast.organization, cast.project, custom=own)
    minted = create_role_token(actor=cast.owner, role=at, name="one", kind="compact")
    grant = minted.token.of_robot.grants.get()
    with pytest.raises(ValidationError):
        change_grant(actor=cast.owner, grant=grant, custom_role=other)


def test_a_role_of_one_project_is_given_in_no_other_place(cast: Cast) -> None:
    own = role(cast, PULL, project=cast.project)
    with pytest.raises(ValidationError):
        give(actor=cast.owner, holder=cast.member, spec=on_all(cast, custom_role=own))


@pytest.mark.parametrize("narrowing", [None, frozenset({PUSH})])
def test_a_token_is_made_by_who_holds_what_it_may(
    cast: Cast, narrowing: Permissions | None
) -> None:
    actor = holder(cast, Permission.TOKEN_CREATE, PULL)
    with pytest.raises(PermissionDenied):
        create_token(
            actor=actor, robot=cast.robot, name="more", kind="compact", permissions=narrowing
        )


def test_a_token_narrowed_to_nothing_may_nothing(cast: Cast) -> None:
    actor = holder(cast, Permission.TOKEN_CREATE)
    minted = create_token(
        actor=actor, robot=cast.robot, name="none", kind="compact", permissions=frozenset()
    )
    minted.token.refresh_from_db()
    assert minted.token.permissions == frozenset()


def test_a_level_on_a_project_gives_no_grants_on_the_project(cast: Cast) -> None:
    level = GrantSpec(cast.organization, cast.project, role="repository:admin")
    give(actor=cast.owner, holder=cast.member, spec=level)
    less = GrantSpec(cast.organization, cast.project, role="repository:read")
    with pytest.raises(PermissionDenied):
        give(actor=cast.member, holder=cast.member, spec=less)


def test_who_comes_back_begins_with_nothing(cast: Cast) -> None:
    give(actor=cast.owner, holder=cast.member, spec=on_all(cast, DELETE))
    membership = Membership.objects.get(user=cast.member)
    remove_member(actor=cast.owner, membership=membership)
    email, organization = cast.member.email, cast.organization
    found = invite(actor=cast.owner, organization=organization, email=email, role="member")
    accept_invitation(actor=cast.member, invitation=found, key=found.key())
    assert not allows(cast.member, DELETE, organization)


def test_a_new_robot_has_nothing_of_an_old_one_of_its_name(cast: Cast) -> None:
    give(actor=cast.owner, holder=cast.organization_robot, spec=on_all(cast, DELETE))
    delete_robot(actor=cast.owner, robot=cast.organization_robot)
    again = create_robot(actor=cast.owner, organization=cast.organization, name="deploy")
    assert not allows(again, DELETE, cast.organization)
    assert not again.tokens.exists()


def test_a_deleted_projects_robot_does_not_become_the_organizations(cast: Cast) -> None:
    delete_project(actor=cast.owner, project=cast.project)
    left = Robot.objects.get(pk=cast.robot.pk)
    assert left.deleted_at
    assert not left.grants.exists()
    assert not Robot.objects.living().filter(pk=left.pk).exists()


def test_a_robot_holds_nothing_in_another_organization_whatever_the_rows_say(cast: Cast) -> None:
    team = cast.other_organization.teams.create(name="devs")
    spec = GrantSpec(cast.other_organization, permissions=frozenset({PULL}))
    give(actor=cast.stranger, holder=team, spec=spec)
    TeamRobot.objects.create(team=team, robot=cast.organization_robot)
    assert not allows(cast.organization_robot, PULL, cast.other_repository)
