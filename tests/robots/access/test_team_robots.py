"""Robots in teams: the tab, adding, removing, and what the registry says right after."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from console.errors import Conflict
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_team
from robots.accounts.services.robots import create_robot, delete_robot
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.models import Robot, TeamRobot
from robots.tokens.services.tokens import create_token
from teams.grants.services import take
from teams.models import Team
from tests.actors import events_written, holder
from tests.browsers import browser, confirm, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory
from tests.front import ask, basic
from tests.team_fixtures import crew_of


def address(team: Team, more: str = "") -> str:
    return reverse("robots:team-robots", args=["acme", team.uuid]) + more


def robot(cast: Cast, name: str) -> Robot:
    return create_robot(actor=cast.owner, organization=cast.organization, name=name)


def test_the_tab_lists_robots_and_links_those_one_may_see(cast: Cast) -> None:
    crew = crew_of(cast)
    own = reverse("robots:robot", args=["acme", cast.organization_robot.uuid])
    assert own in text(browser(cast.owner).get(address(crew.team)))
    page = text(browser(crew.member).get(address(crew.team)))
    assert "robot_acme+deploy" in page
    assert own not in page


def test_several_are_added_in_one_event(cast: Cast) -> None:
    crew = crew_of(cast)
    robots = [robot(cast, "one"), robot(cast, "two")]
    data = {"robot": [one.uuid for one in robots]}
    with events_written() as events:
        response = browser(cast.owner).post(address(crew.team, "new/"), data)
    (event,) = events
    assert response["Location"] == address(crew.team)
    assert crew.team.robot_places.count() == 3
    assert (event.action, event.actor_uuid) == ("team:robots-added", cast.owner.uuid)
    assert event.after == {"robots": ["robot_acme+one", "robot_acme+two"]}


def test_the_choice_has_organization_robots_that_are_not_in_it(cast: Cast) -> None:
    crew = crew_of(cast)
    for name in ("one", "two"):
        robot(cast, name)
    client = browser(cast.owner)

    def shown(**query: str) -> list[str]:
        page = client.get(address(crew.team, "new/"), query)
        return texts_of(page, "span", **{"class": "entry-name"})

    assert shown() == ["one", "two"]
    assert shown(q="acme+two") == ["two"]
    assert shown(q="two", robot=str(Robot.objects.get(name="one").uuid)) == ["one", "two"]
    assert shown(q="zzz") == []


def test_none_to_add_offers_to_create_one(cast: Cast) -> None:
    crew = crew_of(cast)
    page = text(browser(cast.owner).get(address(crew.team, "new/")))
    assert "No robot accounts to add" in page
    assert "Create Robot Account" in page
    page = text(browser(crew.owner).get(address(crew.team, "new/")))
    assert "No robot accounts to add" in page
    assert "Create Robot Account" not in page


@pytest.mark.parametrize("which", ["project's", "foreign", "inside", "none", "no uuid"])
def test_a_robot_that_is_no_choice_is_422(cast: Cast, which: str) -> None:
    crew = crew_of(cast)
    robots = {
        "project's": cast.robot,
        "foreign": cast.other_robot,
        "inside": cast.organization_robot,
    }
    chosen = [robots[which].uuid] if which in robots else ["x"] * (which == "no uuid")
    with events_written() as events:
        response = browser(cast.owner).post(address(crew.team, "new/"), {"robot": chosen})
    assert (response.status_code, events) == (422, [])


def test_the_service_refuses_what_may_join_no_team(cast: Cast) -> None:
    crew = crew_of(cast)
    with events_written() as events:
        for wrong in (cast.robot, cast.other_robot):
            with pytest.raises(ValidationError):
                add_team_robots(actor=cast.owner, team=crew.team, robots=[wrong])
    assert (events, TeamRobot.objects.filter(team=crew.team).count()) == ([], 1)


def test_nobody_lets_a_robot_in_where_they_hold_less_than_the_team(cast: Cast) -> None:
    crew = crew_of(cast)
    actor = holder(cast.organization, Permission.TEAM_UPDATE, Permission.ROBOT_READ)
    with events_written() as events, pytest.raises(PermissionDenied):
        add_team_robots(actor=actor, team=crew.team, robots=[robot(cast, "one")])
    assert [event.action for event in events] == ["robot:created"]


def test_removing_says_what_is_lost_and_is_one_event(cast: Cast) -> None:
    crew = crew_of(cast)
    removal = address(crew.team, f"{cast.organization_robot.uuid}/removal/")
    page = text(browser(crew.owner).get(removal))
    assert "Remove deploy from build?" in page
    assert "<strong>write</strong> on <code>acme/payments</code>" in page
    with events_written() as events:
        assert browser(crew.owner).post(removal)["Location"] == address(crew.team)
    (event,) = events
    assert (event.action, event.before) == (
        "team:robot-removed",
        {"robot": "robot_acme+deploy"},
    )
    assert browser(crew.owner).post(removal).status_code == 404
    with pytest.raises(Conflict):
        remove_team_robot(actor=cast.owner, team=crew.team, robot=cast.organization_robot)


def pusher(cast: Cast, member: Robot) -> Callable[[], bool]:
    """Whether the registry's token service lets the robot push, asked anew each time."""
    minted = create_token(actor=cast.owner, robot=member, name="push", kind="compact")
    credentials = basic(member.login_name, minted.plaintext.reveal())

    def pushes() -> bool:
        scope = "repository:acme/payments/api:pull,push"
        answer = ask(f"/service/token?service=registry&scope={scope}", authorization=credentials)
        assert answer.status == 200
        return len(answer.json["token"].split(".")[1]) > 0 and "push" in granted(answer.json)

    return pushes


def granted(answer: dict[str, str]) -> list[str]:
    """The actions of the token's one scope."""
    import base64
    import json

    body = answer["token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return [action for access in claims["access"] for action in access["actions"]]


def test_the_registry_follows_a_robot_into_a_team_and_out_of_it(cast: Cast) -> None:
    crew, member = crew_of(cast), robot(cast, "one")
    pushes = pusher(cast, member)
    assert not pushes()
    add_team_robots(actor=cast.owner, team=crew.team, robots=[member])
    assert pushes()
    assert allows(member, Permission.ARTIFACT_PUSH, cast.repository)
    remove_team_robot(actor=cast.owner, team=crew.team, robot=member)
    assert not pushes()


@pytest.mark.parametrize("end", ["grant", "team"])
def test_the_registry_follows_the_team(cast: Cast, end: str) -> None:
    crew, member = crew_of(cast), robot(cast, "one")
    pushes = pusher(cast, member)
    add_team_robots(actor=cast.owner, team=crew.team, robots=[member])
    assert pushes()
    if end == "grant":
        take(actor=cast.owner, grant=crew.grant)
    else:
        delete_team(actor=cast.owner, team=crew.team)
    assert not pushes()


def test_a_row_that_should_not_be_gives_a_project_robot_nothing_outside(cast: Cast) -> None:
    crew = crew_of(cast)
    elsewhere = ProjectFactory(organization=cast.organization)
    outside = create_robot(
        actor=cast.owner, organization=cast.organization, name="outside", project=elsewhere
    )
    TeamRobot.objects.create(team=crew.team, robot=outside)
    assert not allows(outside, Permission.ARTIFACT_PUSH, cast.repository)


def test_a_deleted_robot_is_in_no_team(cast: Cast) -> None:
    crew = crew_of(cast)
    delete_robot(actor=cast.owner, robot=cast.organization_robot)
    assert not crew.team.robot_places.exists()


def test_deleting_a_team_asks_for_its_name_and_a_fresh_sign_in(cast: Cast) -> None:
    crew = crew_of(cast)
    client = browser(cast.owner)
    deletion = reverse("robots:team-delete", args=["acme", crew.team.uuid])
    assert client.post(deletion, {"name": "build"})["Location"].startswith("/account/sign-in-again")
    confirm(client)
    page = text(client.get(deletion))
    for words in ("<strong>write</strong> on <code>acme/payments</code>", "deploy", "Hand"):
        assert words in page
    with events_written() as events:
        assert client.post(deletion, {"name": "other"}).status_code == 422
        assert client.post(deletion, {"name": "build"})["Location"] == "/o/acme/teams/"
    (event,) = events
    assert (event.action, event.actor_uuid) == ("team:deleted", cast.owner.uuid)
    assert event.before == {
        "members": ["hand@example.com", "lead@example.com"],
        "robots": ["robot_acme+deploy"],
        "grants": ["write on acme/payments"],
    }
    assert not Team.objects.filter(name="build").exists()


def test_a_team_s_owner_does_not_delete_it(cast: Cast) -> None:
    crew = crew_of(cast)
    with events_written() as events, pytest.raises(PermissionDenied):
        delete_team(actor=crew.owner, team=crew.team)
    assert events == []


def test_its_queries_do_not_grow(cast: Cast) -> None:
    crew = crew_of(cast)
    client = browser(cast.owner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address(crew.team))
        return len(captured)

    count()
    few = count()
    robots = [robot(cast, f"r{number}") for number in range(20)]
    add_team_robots(actor=cast.owner, team=crew.team, robots=robots)
    assert count() == few
