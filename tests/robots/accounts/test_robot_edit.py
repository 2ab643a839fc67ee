"""Editing a robot: all of it or nothing, with one event; and what it holds afterwards."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from console.permissions.vocabulary import TICKABLE
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.browsers import confirm, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory
from tests.robots.accounts.editing import PUSH, access, form, held, page_of, save


def test_saving_what_is_there_changes_nothing(as_owner: Client, cast: Cast) -> None:
    with events_written() as events:
        answer = save(as_owner, cast.robot)
    assert (answer.status_code, answer["Location"]) == (302, page_of(cast.robot))
    assert events == []
    assert held(cast.robot) == {"acme/payments": sorted(TICKABLE)}


# What the event of the next test says.
BEFORE = {
    "description": "",
    "expires_at": None,
    "grants": [{"on": "acme/payments", "gives": "10 permissions", "permissions": sorted(TICKABLE)}],
}
AFTER = {
    "description": "Builds",
    "expires_at": "2099-01-31 23:59:59+00:00",
    "labels": {"env": "prod"},
    "responsible": "member@example.com",
    "grants": [{"on": "acme/payments", "gives": "2 permissions", "permissions": sorted(PUSH)}],
}


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
    assert (event.before, event.after) == (BEFORE, AFTER)
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


def test_who_was_slower_keeps_what_was_typed_and_sees_what_is_there(
    as_owner: Client, cast: Cast
) -> None:
    late = form(as_owner, cast.robot, description="late", purpose="nightly builds")
    save(as_owner, cast.robot, description="early")
    answer = as_owner.post(page_of(cast.robot), late)
    page = text(answer)
    assert "late" in "".join(texts_of(answer, "textarea"))
    assert 'value="nightly builds"' in page
    assert "<dt>Description</dt><dd>early</dd>" in page
    again = late | {"seen": page.partition('name="seen" value="')[2].partition('"')[0]}
    assert as_owner.post(page_of(cast.robot), again).status_code == 302
    assert Robot.objects.get(pk=cast.robot.pk).description == "late"


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
    confirm(as_owner)
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
