"""Copying a robot account: the form begins with what another one has, as far as one may give it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.accounts.services.teams import add_team_robots
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from teams.models import Membership, Team
from tests.browsers import browser, text
from tests.conftest import Cast

DAY = timedelta(days=1)
PULL = frozenset({Permission.ARTIFACT_PULL})
HELD = ("robot:read", "robot:create", "project:read", "grant:create", "artifact:pull")


def copy_of(robot: Robot) -> str:
    return reverse("robots:robot-copy", args=["acme", robot.uuid])


def filled(page: str) -> dict[str, Any]:
    """What a browser would send of the form."""
    data: dict[str, Any] = {}
    (form,) = re.findall(r'<form class="form robot-form".*?</form>', page, re.DOTALL)
    for tag in re.findall(r"<input[^>]*>", form):
        kind, name = (re.search(rf' ?{it}="([^"]*)"', tag) for it in ("type", "name"))
        if name is None or kind is None or kind[1] in {"search", "submit"}:
            continue
        value = re.search(r'value="([^"]*)"', tag)
        if kind[1] in {"checkbox", "radio"} and not re.search(r"\bchecked\b", tag):
            continue
        data.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = [chosen[1] if chosen else ""]
    for name, typed in re.findall(
        r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', form, re.DOTALL
    ):
        data[name] = [typed.replace("&#x27;", "'")]
    return data


def grants_of(robot: Robot) -> set[tuple[str, str, frozenset[str]]]:
    """Where it holds what."""
    return {(it.scope_label, it.role, frozenset(it.permissions)) for it in robot.grants.all()}


@pytest.fixture
def team(cast: Cast) -> Team:
    return Team.objects.create(organization=cast.organization, name="builders")


@pytest.fixture
def source(cast: Cast, team: Team) -> Robot:
    """An organization robot with something of everything."""
    robot = create_robot(
        actor=cast.owner,
        organization=cast.organization,
        name="source",
        description="Builds it",
        purpose="builds",
        grants=[GrantRequest(cast.project, level="write"), GrantRequest(None, PULL)],
        labels={"tier": "gold"},
        responsible=Membership.objects.get(user=cast.owner, organization=cast.organization),
        addresses="10.0.0.0/8",
    )
    add_team_robots(actor=cast.owner, team=team, robots=[robot])
    return robot


def test_the_form_sent_as_it_is_makes_the_same_under_another_name(
    as_owner: Client, source: Robot, team: Team
) -> None:
    page = text(as_owner.get(copy_of(source)))
    assert "A copy of source" in page
    data = filled(page)
    assert data["name"] == [""]
    answer = as_owner.post(reverse("robots:robot-create", args=["acme"]), data | {"name": "copy"})
    assert answer.status_code == 302
    made = Robot.objects.get(name="copy")
    assert made.texts == source.texts
    assert (made.addresses, made.expires_at) == ("10.0.0.0/8", None)
    assert made.responsible == source.responsible
    assert dict(made.labels.values_list("key", "value")) == {"tier": "gold"}
    assert grants_of(made) == grants_of(source)
    assert [place.team for place in made.team_places.all()] == [team]


def test_a_projects_robot_is_copied_into_its_project(as_owner: Client, cast: Cast) -> None:
    data = filled(text(as_owner.get(copy_of(cast.robot)))) | {"name": "twin"}
    assert as_owner.post(reverse("robots:robot-create", args=["acme"]), data).status_code == 302
    made = Robot.objects.get(name="twin")
    assert made.project == cast.project
    assert made.grants.get().permissions == cast.robot.grants.get().permissions


def test_what_holds_nothing_has_a_copy_that_holds_nothing(as_owner: Client, cast: Cast) -> None:
    cast.robot.grants.all().delete()
    data = filled(text(as_owner.get(copy_of(cast.robot)))) | {"name": "twin"}
    assert as_owner.post(reverse("robots:robot-create", args=["acme"]), data).status_code == 302
    assert not Robot.objects.get(name="twin").grants.exists()


def test_an_end_is_as_far_ahead_as_it_was(as_owner: Client, source: Robot) -> None:
    for days, choice in ((30, "30"), (45, "days")):
        source.expires_at = source.created_at.replace(microsecond=0) + days * DAY
        source.save()
        data = filled(text(as_owner.get(copy_of(source))))
        assert data["expiry"] == [choice]
    assert data["expiry_days"] == ["45"]


def test_what_one_may_not_give_is_left_out_and_said(source: Robot, cast: Cast, team: Team) -> None:
    """Nobody gives what they do not hold, and a form does not pretend."""
    spec = GrantSpec(
        cast.organization,
        permissions=frozenset(map(Permission, HELD)),
    )
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    page = text(client.get(copy_of(source)))
    assert "A copy of source, without some of what it has" in page
    assert re.search(r"<li>write on [^<]*payments: you do not hold [^<]*artifact:push", page)
    assert "the team builders: you may not let robot accounts into it" in page
    data = filled(page) | {"name": "copy"}
    assert client.post(reverse("robots:robot-create", args=["acme"]), data).status_code == 302
    made = Robot.objects.get(name="copy")
    assert [grant.permissions for grant in made.grants.all()] == [PULL]
    assert not made.team_places.exists()


def test_what_a_form_cannot_say_is_named(as_owner: Client, cast: Cast, source: Robot) -> None:
    spec = GrantSpec(cast.organization, cast.project, cast.repository, role="repository:read")
    give(actor=cast.owner, holder=source, spec=spec)
    assert "payments/api: give it by Add Access" in text(as_owner.get(copy_of(source)))


def test_it_is_offered_in_the_menus_to_those_who_may_create(as_owner: Client, cast: Cast) -> None:
    assert copy_of(cast.robot) in text(as_owner.get(cast.robot.get_absolute_url()))
    copies = reverse("robots:robots-copy", args=["acme"])
    assert copies in text(as_owner.get("/o/acme/robots/"))
    answer = as_owner.post(copies, {"robot": [cast.robot.uuid]})
    assert answer["Location"] == copy_of(cast.robot)
