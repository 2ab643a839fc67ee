"""Editing a robot: all of it or nothing, with one event; its end; what follows of a deleted one."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.models import Robot, RobotGrant
from teams.grants.services import GrantSpec, give
from teams.models import Role
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import ProjectFactory

LOGIN = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
PULL = frozenset({Permission.ARTIFACT_PULL})
PUSH = frozenset({Permission.ARTIFACT_PUSH}) | PULL


def page_of(robot: Robot, tab: str = "settings") -> str:
    return f"/o/acme/robots/{robot.uuid}/{tab}/"


def access(cast: Cast) -> str:
    return f"access-{cast.project.uuid}-choice"


def form(client: Client, robot: Robot, **changes: object) -> dict[str, object]:
    """What the page sends when nothing was touched, with `changes`."""
    page = text(client.get(page_of(robot)))
    chosen = re.findall(
        r'<select name="(\w[\w-]*)".*?<option value="([^"]*)" selected', page, re.DOTALL
    )
    ticked: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in re.findall(r'name="(access-[^"]+)" value="([^"]+)" checked', page):
        ticked[name].append(value)
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    about = {"description": robot.description, "expiry": "keep", "seen": seen}
    return {**dict(chosen), **ticked, **about, **changes}


def save(client: Client, robot: Robot, **changes: object) -> Any:
    return client.post(page_of(robot), form(client, robot, **changes))


def held(robot: Robot) -> dict[str, list[str]]:
    return {
        grant.scope_label: [grant.role] if grant.role else sorted(grant.permissions)
        for grant in RobotGrant.objects.filter(robot=robot)
    }


def test_saving_what_is_there_changes_nothing(as_owner: Client, cast: Cast) -> None:
    with events_written() as events:
        answer = save(as_owner, cast.robot)
    assert (answer.status_code, answer["Location"]) == (302, page_of(cast.robot))
    assert events == []
    assert held(cast.robot) == {"acme/payments": sorted(TICKABLE)}


def test_all_of_it_is_saved_with_one_event_that_tells_what_changed(
    as_owner: Client, cast: Cast
) -> None:
    data = {
        "description": "Builds",
        "expiry": "date",
        "expiry_date": "2099-01-31",
        "labels": "env=prod",
        "responsible": "member@example.com",
        access(cast): "ticked",
        f"access-{cast.project.uuid}-permissions": ["artifact:push"],
    }
    with events_written() as events:
        save(as_owner, cast.robot, **data)
    (event,) = events
    assert (event.action, event.target_uuid) == ("robot:updated", cast.robot.uuid)
    assert event.before == {
        "description": "",
        "expires_at": None,
        "grants": [
            {"on": "acme/payments", "gives": "10 permissions", "permissions": sorted(TICKABLE)}
        ],
    }
    assert event.after == {
        "description": "Builds",
        "expires_at": "2099-01-31 23:59:59+00:00",
        "labels": {"env": "prod"},
        "responsible": "member@example.com",
        "grants": [{"on": "acme/payments", "gives": "2 permissions", "permissions": sorted(PUSH)}],
    }
    robot = Robot.objects.get(pk=cast.robot.pk)
    assert robot.expires_at == datetime(2099, 1, 31, 23, 59, 59, tzinfo=UTC)
    assert robot.next_expiry_at == robot.expires_at
    assert (robot.name, robot.project, robot.login_name) == (
        cast.robot.name,
        cast.project,
        cast.robot.login_name,
    )


def test_name_level_and_project_are_not_to_be_changed(as_owner: Client, cast: Cast) -> None:
    other = ProjectFactory(organization=cast.organization)
    save(
        as_owner,
        cast.robot,
        name="other",
        level="organization",
        project=str(other.uuid),
        organization="globex",
        login_name="robot_x",
        disabled_at="2020-01-01",
        description="x",
    )
    robot = Robot.objects.get(pk=cast.robot.pk)
    assert (robot.name, robot.project_id, robot.description) == ("ci", cast.project.pk, "x")
    assert (robot.login_name, robot.disabled_at) == (cast.robot.login_name, None)


def test_one_wrong_field_saves_nothing(as_owner: Client, cast: Cast) -> None:
    with events_written() as events:
        answer = save(
            as_owner, cast.robot, description="x", expiry="days", expiry_days="0", labels="env=prod"
        )
    assert answer.status_code == 422
    assert "Enter a number of days from 1 to 36,500, or -1 for never." in text(answer)
    assert "env=prod" in text(answer)
    assert events == []
    assert Robot.objects.get(pk=cast.robot.pk).description == ""


def test_who_was_slower_overwrites_nothing(as_owner: Client, cast: Cast) -> None:
    late = form(as_owner, cast.robot, description="late")
    save(as_owner, cast.robot, description="early")
    answer = as_owner.post(page_of(cast.robot), late)
    assert answer.status_code == 409
    assert "Somebody else changed this robot account meanwhile." in text(answer)
    assert Robot.objects.get(pk=cast.robot.pk).description == "early"


def test_sent_twice_it_is_saved_once(as_owner: Client, cast: Cast) -> None:
    data = form(as_owner, cast.robot, description="once")
    with events_written() as events:
        answers = [as_owner.post(page_of(cast.robot), data).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert len(events) == 1


# What it holds


@pytest.mark.parametrize("level", ["view", "read", "write", "admin"])
def test_a_list_becomes_a_level_and_a_level_nothing(
    as_owner: Client, cast: Cast, level: str
) -> None:
    save(as_owner, cast.robot, **{access(cast): level})
    assert held(cast.robot) == {"acme/payments": [f"repository:{level}"]}
    assert form(as_owner, cast.robot)[access(cast)] == level
    save(as_owner, cast.robot, **{access(cast): ""})
    assert held(cast.robot) == {}


def test_an_organization_robot_gets_projects_and_all_of_them(as_owner: Client, cast: Cast) -> None:
    robot = cast.organization_robot
    save(
        as_owner,
        robot,
        **{
            access(cast): "read",
            "access-all-choice": "ticked",
            "access-all-permissions": ["chart:read"],
        },
    )
    assert held(robot) == {"acme/payments": ["repository:read"], "acme": ["chart:read"]}
    assert save(as_owner, robot, **{"access-all-choice": "write"}).status_code == 422


def test_a_project_robot_is_offered_its_project_alone(as_owner: Client, cast: Cast) -> None:
    ProjectFactory(organization=cast.organization, slug="elsewhere")
    offered = {name for name in form(as_owner, cast.robot) if name.endswith("-choice")}
    assert offered == {access(cast)}


def test_roles_and_single_repositories_stay_and_are_named(as_owner: Client, cast: Cast) -> None:
    robot = cast.organization_robot
    give(
        actor=cast.owner,
        holder=robot,
        spec=GrantSpec(cast.organization, cast.project, role="project:developer"),
    )
    one = GrantSpec(cast.organization, cast.project, cast.repository, role="repository:admin")
    give(actor=cast.owner, holder=robot, spec=one)
    page = text(as_owner.get(page_of(robot)))
    assert "developer on acme/payments, admin on acme/payments/api" in page
    save(as_owner, robot, description="x")
    assert len(held(robot)) == 2


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
    assert save(client, bare, description="y", **forged).status_code == 302
    assert held(bare) == {}
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
