"""Creating a robot account through its page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Event
from console.permissions.vocabulary import TICKABLE, Permission, Permissions
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from teams.models import Team
from tests.browsers import browser, text
from tests.conftest import Cast

ADDRESS = "/o/acme/robots/new/"


def form(**changes: object) -> dict[str, object]:
    return {"name": "builder", "level": "organization", "expiry": "never"} | changes


def permissions(*names: str) -> Permissions:
    return frozenset(map(Permission, names))


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
    data = form(**{f"{row}-choice": "galaxy", f"{row}-permissions": ["robot:create"]})
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


def test_a_level_is_given_instead_of_ticks(as_owner: Client, cast: Cast) -> None:
    """In the project of a project's robot, and in one that an organization robot is given."""
    ticked = {"permissions": ["artifact:delete"], "what": "read"}
    where = {"level": "project", "project": str(cast.project.uuid)}
    assert as_owner.post(ADDRESS, form(**where, **ticked)).status_code == 302
    several = {f"access-{cast.project.uuid}-choice": "write"}
    assert as_owner.post(ADDRESS, form(name="other", **several)).status_code == 302
    for name, level in (("builder", "read"), ("other", "write")):
        grant = Robot.objects.get(name=name).grants.get()
        assert (grant.project, grant.role) == (cast.project, f"repository:{level}")


def test_an_organization_robot_joins_the_ticked_teams(as_owner: Client, cast: Cast) -> None:
    teams = [Team.objects.create(organization=cast.organization, name=name) for name in "ab"]
    before = Event.objects.count()
    as_owner.post(ADDRESS, form(team=[team.uuid for team in teams]))
    robot = Robot.objects.get(name="builder")
    assert {place.team for place in robot.team_places.all()} == set(teams)
    actions = Event.objects.order_by("id").values_list("action", flat=True)[before:]
    assert list(actions) == ["robot:created", "team:robots-added", "team:robots-added"]


def test_a_project_robot_joins_no_team(as_owner: Client, cast: Cast) -> None:
    team = Team.objects.create(organization=cast.organization, name="builders")
    where = {"level": "project", "project": str(cast.project.uuid)}
    assert as_owner.post(ADDRESS, form(team=[team.uuid], **where)).status_code == 302
    assert not Robot.objects.get(name="builder").team_places.exists()


def test_one_search_narrows_projects_and_teams_and_keeps_what_is_ticked(
    as_owner: Client, cast: Cast
) -> None:
    teams = [
        Team.objects.create(organization=cast.organization, name=f"team-{n:02}") for n in range(9)
    ]
    page = text(as_owner.get(ADDRESS))
    assert "The first 4 of 9. Search to find the others." in page
    data = form(team=[teams[8].uuid], find="team-07", shown_for="")
    page = text(as_owner.post(f"{ADDRESS}?search=", data))
    assert re.search(rf'name="team" value="{teams[8].uuid}"[^>]* checked', page)
    assert re.search(rf'name="team" value="{teams[7].uuid}"', page)
    assert not re.search(rf'name="team" value="{teams[0].uuid}"', page)


def test_a_team_that_holds_more_than_the_creator_is_403_with_everything_kept(cast: Cast) -> None:
    team = Team.objects.create(organization=cast.organization, name="strong")
    give(
        actor=cast.owner,
        holder=team,
        spec=GrantSpec(cast.organization, cast.project, role="project:admin"),
    )
    wanted = permissions("robot:create", "team:update", "team:read", "project:read")
    give(
        actor=cast.owner, holder=cast.member, spec=GrantSpec(cast.organization, permissions=wanted)
    )
    answer = browser(cast.member).post(ADDRESS, form(team=[team.uuid]))
    assert answer.status_code == 403
    assert "Nothing was created, and what you typed is still here." in text(answer)
    assert re.search(rf'name="team" value="{team.uuid}"[^>]* checked', text(answer))
    assert not Robot.objects.filter(name="builder").exists()


def test_who_holds_less_sees_who_can_give_the_rest(cast: Cast) -> None:
    """And what is preset can be sent: unticked is what one does not hold or may not give."""
    held = permissions(
        *("robot:create", "robot:read", "project:read", "grant:create", "artifact:pull")
    )
    spec = GrantSpec(cast.organization, cast.project, permissions=held)
    grant = give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    page = text(client.get(ADDRESS))
    assert "You do not hold this. Owner can give it." in page
    ticked = re.findall(r'name="permissions" value="([a-z:]+)"[^>]*checked', page)
    assert ticked == ["artifact:pull"]
    assert '<option value="admin"' not in page
    grant.permissions = held - {Permission.GRANT_CREATE}
    grant.save()
    page = text(client.get(ADDRESS))
    assert "You may not give permissions here. Owner can give it." in page
    assert not re.findall(r'name="permissions" value="([a-z:]+)"[^>]*checked', page)
    sent = form(level="project", project=cast.project.uuid)
    assert client.post(ADDRESS, sent).status_code == 302


def test_where_it_may_be_used_from_is_kept(as_owner: Client) -> None:
    as_owner.post(ADDRESS, form(addresses="10.0.0.0/8\n192.0.2.7"))
    assert Robot.objects.get(name="builder").addresses == "10.0.0.0/8 192.0.2.7"
