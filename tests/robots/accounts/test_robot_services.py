"""Services of robots: one change, one event, or nothing at all; nobody confers what they do not hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from console.errors import Conflict
from console.permissions.decision import Actor, MissingPermission
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.services.robots import (
    GrantRequest,
    create_robot,
    delete_robot,
    disable_robot,
    enable_robot,
)
from robots.base.periods import NEVER_ENDS
from robots.models import Robot, RobotGrant, Token
from robots.tokens.services.tokens import create_token
from teams.grants.services import GrantSpec, give
from teams.models import UserGrant
from tests.actors import events_written, holder
from tests.conftest import Cast
from tests.factories import ProjectFactory

PULL = frozenset({Permission.ARTIFACT_PULL})
PUSH = frozenset({Permission.ARTIFACT_PUSH})
CREATE = (Permission.ROBOT_CREATE, Permission.GRANT_CREATE)


def create(actor: Actor, cast: Cast, **changes: Any) -> Robot:
    fields: dict[str, Any] = {"organization": cast.organization, "name": "builder"} | changes
    return create_robot(actor=actor, **fields)


def test_creating_is_one_event_that_says_what_was_given(cast: Cast) -> None:
    actor = holder(cast.organization, *CREATE, *PUSH)
    with events_written() as events:
        robot = create(
            actor,
            cast,
            project=cast.project,
            description="Builds",
            grants=[GrantRequest(cast.project, PUSH)],
        )
    (event,) = events
    assert (event.action, event.actor_uuid) == ("robot:created", actor.uuid)
    assert (event.target_kind, event.target_uuid) == ("robot", robot.uuid)
    assert event.after == {
        "name": "builder",
        "login": "robot_acme.payments+builder",
        "level": "project",
        "description": "Builds",
        "expires_at": None,
        "grants": [{"on": "acme/payments", "permissions": ["artifact:pull", "artifact:push"]}],
    }
    assert robot.next_expiry_at == NEVER_ENDS
    assert robot.grants.get().permissions == PUSH | PULL


def test_by_default_a_robot_holds_nothing(cast: Cast) -> None:
    assert not create(cast.owner, cast).grants.exists()


@pytest.mark.parametrize(
    ("held", "missing"),
    [
        (set(Permission) - {Permission.ROBOT_CREATE}, Permission.ROBOT_CREATE),
        (set(Permission) - {Permission.GRANT_CREATE}, Permission.GRANT_CREATE),
        ({*CREATE, Permission.ARTIFACT_PULL}, Permission.ARTIFACT_PUSH),
    ],
)
def test_who_does_not_hold_it_cannot_create_it(
    cast: Cast, held: set[Permission], missing: Permission
) -> None:
    actor, before = holder(cast.organization, *held), Robot.objects.count()
    with events_written() as events, pytest.raises(MissingPermission) as refused:
        create(actor, cast, grants=[GrantRequest(cast.project, PUSH)])
    assert refused.value.permission == missing
    assert (events, Robot.objects.count()) == ([], before)


def test_what_is_held_in_one_project_cannot_be_given_on_another(cast: Cast) -> None:
    actor = holder(cast.organization, *Permission, project=cast.project)
    elsewhere = ProjectFactory(organization=cast.organization)
    assert create(
        actor, cast, project=cast.project, grants=[GrantRequest(cast.project, PUSH)]
    ).project
    for wrong in (
        {"name": "a"},
        {"name": "b", "project": elsewhere},
        {"name": "c", "project": cast.project, "grants": [GrantRequest(elsewhere, PULL)]},
        {"name": "d", "project": cast.project, "grants": [GrantRequest(None, PULL)]},
    ):
        with events_written() as events, pytest.raises(MissingPermission):
            create(actor, cast, **wrong)
        assert events == []


@pytest.mark.parametrize("role", ["project:guest", "repository:view", "repository:admin"])
def test_an_admin_of_one_project_gives_nothing_on_another(cast: Cast, role: str) -> None:
    """Also not to a robot that may hold it there."""
    admin, robot, organization = cast.member, cast.organization_robot, cast.organization
    UserGrant.objects.create(
        user=admin, organization=organization, project=cast.project, role="project:admin"
    )
    for where in (ProjectFactory(organization=organization), None):
        with events_written() as events, pytest.raises(MissingPermission) as refused:
            give(actor=admin, holder=robot, spec=GrantSpec(organization, where, role=role))
        assert (refused.value.permission, events) == (Permission.GRANT_CREATE, [])
    give(actor=admin, holder=robot, spec=GrantSpec(organization, cast.project, role=role))
    assert [grant.project for grant in robot.grants.all()] == [cast.project]


@pytest.mark.parametrize("where", ["elsewhere", "everywhere"])
def test_a_project_robot_holds_nothing_outside_its_project(cast: Cast, where: str) -> None:
    elsewhere = ProjectFactory(organization=cast.organization)
    request = GrantRequest(elsewhere if where == "elsewhere" else None, PULL)
    with (
        events_written() as events,
        pytest.raises(ValidationError, match="holds grants inside its own project only"),
    ):
        create(cast.owner, cast, project=cast.project, grants=[request])
    assert events == []
    assert not RobotGrant.objects.filter(robot__name="builder").exists()


def test_a_project_of_another_organization_is_refused(cast: Cast) -> None:
    for wrong in (
        {"project": cast.other_project},
        {"grants": [GrantRequest(cast.other_project, PULL)]},
    ):
        with events_written() as events, pytest.raises((MissingPermission, ValidationError)):
            create(cast.owner, cast, **wrong)
        assert events == []


def test_a_new_robot_gets_no_control_permissions(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="data permissions only"):
        create(cast.owner, cast, grants=[GrantRequest(None, frozenset({Permission.ROBOT_CREATE}))])


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "A"},
        {"name": "a" * 101},
        {"name": "a--b"},
        {"name": "a\n"},
        {"name": "role.viewer"},
        {"name": "deploy"},
        {"description": "x" * 501},
        {"description": "a\x00b"},
        {"description": "\ud800"},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
    ],
)
def test_a_wrong_robot_is_not_made(cast: Cast, changes: dict[str, object]) -> None:
    before = Robot.objects.count()
    with events_written() as events, pytest.raises(ValidationError):
        create(cast.owner, cast, **changes)
    assert (events, Robot.objects.count()) == ([], before)


def test_each_level_has_its_own_names(cast: Cast) -> None:
    """`ci` is taken in the project and free in the organization."""
    assert create(cast.owner, cast, name="ci").login_name == "robot_acme+ci"


SWITCHES: list[tuple[Callable[..., Robot], Callable[..., Robot], str, str]] = [
    (disable_robot, enable_robot, "enabled", "disabled"),
    (enable_robot, disable_robot, "disabled", "enabled"),
]


@pytest.mark.parametrize(("change", "opposite", "before", "after"), SWITCHES)
def test_a_switch_is_one_event_and_once_more_is_none(
    cast: Cast,
    change: Callable[..., Robot],
    opposite: Callable[..., Robot],
    before: str,
    after: str,
) -> None:
    opposite(actor=cast.owner, robot=cast.robot)
    actor = holder(cast.organization, Permission.ROBOT_UPDATE, *TICKABLE)
    with events_written() as events:
        assert change(actor=actor, robot=cast.robot).state == after.replace("enabled", "active")
        change(actor=actor, robot=cast.robot)
    (event,) = events
    assert (event.action, event.actor_uuid) == (f"robot:{after}", actor.uuid)
    assert (event.before, event.after) == ({"state": before}, {"state": after})
    assert event.target_uuid == cast.robot.uuid


def test_who_does_not_hold_what_a_robot_confers_cannot_enable_it(cast: Cast) -> None:
    actor = holder(cast.organization, Permission.ROBOT_UPDATE, Permission.ARTIFACT_PULL)
    disable_robot(actor=actor, robot=cast.robot)
    with events_written() as events, pytest.raises(MissingPermission):
        enable_robot(actor=actor, robot=cast.robot)
    assert events == []
    assert Robot.objects.get(pk=cast.robot.pk).disabled_at is not None


def test_what_a_robot_holds_by_a_role_must_be_held_to_enable_it(cast: Cast) -> None:
    RobotGrant.objects.create(
        robot=cast.organization_robot, organization=cast.organization, role="organization:owner"
    )
    actor = holder(cast.organization, *(set(Permission) - {Permission.ORGANIZATION_DELETE}))
    with pytest.raises(MissingPermission) as refused:
        enable_robot(actor=actor, robot=cast.organization_robot)
    assert refused.value.permission == Permission.ORGANIZATION_DELETE


def test_deleting_ends_tokens_and_grants_and_is_one_event(cast: Cast) -> None:
    actor = holder(cast.organization, Permission.ROBOT_DELETE)
    create_token(actor=cast.owner, robot=cast.robot, name="again", kind="compact")
    with events_written() as events:
        delete_robot(actor=actor, robot=cast.robot)
    (event,) = events
    assert (event.action, event.actor_uuid) == ("robot:deleted", actor.uuid)
    assert (event.target_uuid, event.target_label) == (cast.robot.uuid, "robot_acme.payments+ci")
    assert event.before["tokens"] == ["again", "nightly"]
    assert not Robot.objects.living().filter(pk=cast.robot.pk).exists()
    assert not Token.objects.living().filter(robot=cast.robot).exists()
    assert not RobotGrant.objects.filter(robot=cast.robot).exists()


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        (disable_robot, Permission.ROBOT_UPDATE),
        (enable_robot, Permission.ROBOT_UPDATE),
        (delete_robot, Permission.ROBOT_DELETE),
    ],
)
def test_without_the_permission_nothing_changes(
    cast: Cast, change: Callable[..., object], needed: Permission
) -> None:
    actor = holder(cast.organization, *(set(Permission) - {needed}))
    before = list(Robot.objects.order_by("pk").values())
    for refused in (actor, cast.member, cast.stranger, cast.operator):
        with events_written() as events, pytest.raises(MissingPermission):
            change(actor=refused, robot=cast.robot)
        assert events == []
    assert list(Robot.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("change", [disable_robot, enable_robot, delete_robot])
def test_a_robot_that_went_meanwhile_is_a_conflict(
    cast: Cast, change: Callable[..., object]
) -> None:
    delete_robot(actor=cast.owner, robot=cast.robot)
    with events_written() as events, pytest.raises(Conflict):
        change(actor=cast.owner, robot=cast.robot)
    assert events == []


def test_a_name_that_is_used_again_is_another_robot(cast: Cast) -> None:
    delete_robot(actor=cast.owner, robot=cast.robot)
    again = create(cast.owner, cast, name="ci", project=cast.project)
    assert again.login_name == cast.robot.login_name
    assert (again.pk, again.uuid) != (cast.robot.pk, cast.robot.uuid)
    assert again.pk > cast.robot.pk
    assert not again.tokens.exists()
    assert not again.grants.exists()
    assert Token.objects.get(pk=cast.token.pk).revoked_at is not None
