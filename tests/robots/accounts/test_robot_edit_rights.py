"""Editing a robot with less than all rights: what one does not hold stays, and is not given."""

import pytest
from django.test import Client

from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from teams.models import Role
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.accounts.editing import PULL, PUSH, access, form, held, page_of, save


def limited(cast: Cast, *permissions: Permission) -> Client:
    """A browser of somebody who holds just these in the project, and sees it."""
    role = Role.objects.create(
        organization=cast.organization,
        project=cast.project,
        name="limited",
        permissions=frozenset({Permission.ROBOT_READ, Permission.PROJECT_READ, *permissions}),
    )
    spec = GrantSpec(cast.organization, cast.project, custom_role=role)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def test_what_one_does_not_hold_stays_and_can_be_taken_back_only_with_the_right(cast: Cast) -> None:
    """An editor who holds less than the robot never strips it by the way."""
    client = limited(
        cast, Permission.ROBOT_UPDATE, Permission.GRANT_CREATE, Permission.GRANT_UPDATE
    )
    assert "It holds what you do not hold" in text(client.get(page_of(cast.robot)))
    assert save(client, cast.robot, description="x").status_code == 302
    assert held(cast.robot) == {"acme/payments": sorted(TICKABLE)}
    assert save(client, cast.robot, **{access(cast): ""}).status_code == 403
    Role.objects.filter(name="limited").update(
        permissions=frozenset(
            {
                Permission.ROBOT_READ,
                Permission.PROJECT_READ,
                Permission.ROBOT_UPDATE,
                Permission.GRANT_DELETE,
            }
        )
    )
    assert save(client, cast.robot, **{access(cast): ""}).status_code == 302
    assert held(cast.robot) == {}


def test_what_is_held_in_a_project_that_one_does_not_see_stays(
    as_owner: Client, cast: Cast
) -> None:
    robot = cast.organization_robot
    save(as_owner, robot, **{access(cast): "read"})
    permissions = frozenset(
        {
            Permission.ROBOT_READ,
            Permission.ROBOT_UPDATE,
            Permission.GRANT_CREATE,
            Permission.GRANT_UPDATE,
            Permission.GRANT_DELETE,
            Permission.ARTIFACT_PULL,
        }
    )
    role = Role(organization=cast.organization, name="editor", permissions=permissions)
    role.save()
    give(actor=cast.owner, holder=cast.member, spec=GrantSpec(cast.organization, custom_role=role))
    client = browser(cast.member)
    assert access(cast) not in form(client, robot)
    data = {"access-all-choice": "ticked", "access-all-permissions": ["artifact:pull"]}
    assert save(client, robot, **data).status_code == 302
    assert held(robot) == {"acme/payments": ["repository:read"], "acme": ["artifact:pull"]}


def test_who_may_give_nothing_is_not_asked_and_changes_the_rest(cast: Cast) -> None:
    client = limited(cast, Permission.ROBOT_UPDATE)
    bare = create_robot(
        actor=cast.owner, organization=cast.organization, project=cast.project, name="bare"
    )
    assert access(cast) not in form(client, bare)
    forged = {access(cast): "ticked", f"access-{cast.project.uuid}-permissions": ["artifact:pull"]}
    refused = save(client, bare, description="x", **forged)
    assert (refused.status_code, held(bare)) == (422, {})
    assert "A project that was ticked is not offered" in text(refused)
    assert save(client, bare, description="y").status_code == 302
    assert Robot.objects.get(pk=bare.pk).description == "y"


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        (Permission.ROBOT_UPDATE, Permission.ROBOT_UPDATE),
        (Permission.GRANT_UPDATE, Permission.GRANT_UPDATE),
        (Permission.ARTIFACT_PUSH, Permission.ARTIFACT_PUSH),
    ],
)
def test_the_service_itself_refuses_what_is_not_held(
    cast: Cast, lacking: Permission, missing: Permission
) -> None:
    actor = holder(cast.organization, *(set(Permission) - {lacking}))
    grants = [GrantRequest(cast.project, PUSH)]
    with events_written() as events, pytest.raises(MissingPermission) as refused:
        update_robot(actor=actor, robot=cast.robot, description="x", grants=grants)
    assert refused.value.permission == missing
    assert events == []
    assert Robot.objects.get(pk=cast.robot.pk).description == ""


def test_giving_needs_grant_create_and_taking_grant_delete(cast: Cast) -> None:
    for permission, robot, grants in (
        (Permission.GRANT_CREATE, cast.organization_robot, [GrantRequest(cast.project, PULL)]),
        (Permission.GRANT_DELETE, cast.robot, []),
    ):
        actor = holder(cast.organization, *(set(Permission) - {permission}))
        with pytest.raises(MissingPermission) as refused:
            update_robot(actor=actor, robot=robot, grants=grants)
        assert refused.value.permission == permission


def test_who_may_only_look_sees_no_form_and_posts_in_vain(cast: Cast) -> None:
    client = limited(cast)
    assert "Save Robot Account" not in text(client.get(page_of(cast.robot)))
    assert client.post(page_of(cast.robot), {"description": "x"}).status_code == 403
    assert client.get(page_of(cast.robot, "extension")).status_code == 403
