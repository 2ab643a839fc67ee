"""Creating a robot account through its page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Event
from console.permissions.vocabulary import TICKABLE
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from tests.browsers import browser, text
from tests.conftest import Cast

ADDRESS = "/o/acme/robots/new/"


def form(**changes: object) -> dict[str, object]:
    return {"name": "builder", "level": "organization", "expiry": "never"} | changes


def test_a_project_robot_gets_the_ticked_permissions(as_owner: Client, cast: Cast) -> None:
    data = form(level="project", project=str(cast.project.uuid), permissions=["artifact:push"])
    response = as_owner.post(ADDRESS, data)
    robot = Robot.objects.get(name="builder")
    assert response.status_code == 302
    assert response["Location"] == reverse("robots:robot", args=["acme", robot.uuid])
    assert robot.login_name == "robot_acme.payments+builder"
    grant = robot.grants.get()
    assert grant.permissions == {"artifact:push", "artifact:pull"}
    assert grant.project == cast.project


def test_an_organization_robot_gets_what_is_ticked_where_it_was_added(
    as_owner: Client, cast: Cast
) -> None:
    data = {
        "access-all-permissions": ["artifact:delete"],
        f"access-{cast.project.uuid}-choice": "ticked",
        f"access-{cast.project.uuid}-permissions": ["chart:read"],
    }
    assert as_owner.post(ADDRESS, form(**data)).status_code == 302
    grant = Robot.objects.get(name="builder").grants.get()
    assert (grant.project, grant.permissions) == (cast.project, {"chart:read"})


def test_creating_writes_one_event(as_owner: Client, cast: Cast) -> None:
    before = Event.objects.count()
    as_owner.post(ADDRESS, form())
    event = Event.objects.latest("id")
    assert Event.objects.count() == before + 1
    assert (event.action, event.actor_uuid) == ("robot:created", cast.owner.uuid)
    assert event.target_label == "robot_acme+builder"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Big"}, "Use lower-case letters"),
        ({"name": "deploy"}, "A robot account with this name exists here."),
        ({"name": "role.x"}, "belong to role accounts"),
        ({"name": "a" * 101}, "at most 100 characters"),
        ({"name": "a\x00b"}, "Null characters are not allowed"),
        ({"level": "project"}, "Choose the project"),
        ({"level": "galaxy"}, "Select a valid choice"),
        ({"expiry": "days"}, "Enter a number of days"),
        ({"expiry": "days", "expiry_days": "0"}, "from 1 to 36,500, or -1 for never"),
        ({"expiry": "days", "expiry_days": "36501"}, "from 1 to 36,500"),
        ({"expiry": "date", "expiry_date": "2001-01-01"}, "Choose a day in the next"),
        ({"description": "x" * 501}, "at most 500 characters"),
        (
            {"access-all-choice": "ticked", "access-all-permissions": ["robot:create"]},
            "Select a valid choice",
        ),
        ({"access-all-choice": "read"}, "Select a valid choice"),
        ({"access-gone-choice": "ticked"}, "A project that was ticked is not offered"),
    ],
)
def test_a_wrong_form_is_422_and_stores_nothing(
    as_owner: Client, changes: dict[str, object], words: str
) -> None:
    before = Robot.objects.count()
    response = as_owner.post(ADDRESS, form(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Robot.objects.count() == before


def test_what_is_wrong_in_a_row_is_said_with_a_link_to_it(as_owner: Client, cast: Cast) -> None:
    row = f"access-{cast.project.uuid}"
    data = form(**{f"{row}-choice": "read", f"{row}-permissions": ["robot:create"]})
    page = as_owner.post(ADDRESS, data).content.decode()
    assert "There are 2 problems" in page
    for name, label in ((f"{row}-choice", "Payments"), (f"{row}-permissions", "Permissions")):
        assert f'<a href="#id_{name}">{label}</a>: Select a valid choice.' in page
        assert f'id="id_{name}"' in page


def test_the_projects_of_another_organization_are_no_choice(as_owner: Client, cast: Cast) -> None:
    data = form(level="project", project=str(cast.other_project.uuid))
    assert as_owner.post(ADDRESS, data).status_code == 422


def test_who_may_create_in_a_project_alone_begins_there(cast: Cast) -> None:
    """What is preset can be sent as it is: the project, and all that the person may give there."""
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    page = text(client.get(ADDRESS))
    assert re.search(r'name="level"[^>]*value="project"[^>]*checked', page)
    assert re.search(r'name="level"[^>]*value="organization"[^>]*disabled', page)
    assert re.search(rf'name="project" value="{cast.project.uuid}"[^>]*checked', page)
    ticked = re.findall(r'name="permissions"[^>]*value="([a-z:]+)"[^>]*checked', page)
    data = form(level="project", project=cast.project.uuid, permissions=ticked)
    assert client.post(ADDRESS, data).status_code == 302
    grant = Robot.objects.get(name="builder").grants.get()
    assert grant.permissions == frozenset(TICKABLE)
