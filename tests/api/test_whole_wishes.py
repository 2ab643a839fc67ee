"""A POST carries the whole wish, or nothing is made."""

from typing import Any

import pytest

from console.permissions.vocabulary import Permission
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from teams.models import User
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.conftest import Cast

ROBOTS = "/api/v1/organizations/acme/robots/"
SHUT = {"name": "builder", "addresses": ["10.0.0.0/8"], "disabled": True}


def post(actor: User, **body: Any) -> Any:
    return bearer(token_of(actor)[1]).post(ROBOTS, body, content_type="application/json")


@pytest.fixture
def maker(cast: Cast) -> User:
    """Somebody who creates robots and changes none."""
    rights = frozenset({Permission.ROBOT_CREATE, Permission.ROBOT_READ})
    spec = GrantSpec(cast.organization, permissions=rights)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return cast.member


def test_a_new_robot_is_shut_from_its_first_moment(maker: User) -> None:
    with events_written() as events:
        made = post(maker, **SHUT).json()
    assert (made["state"], made["addresses"]) == ("disabled", ["10.0.0.0/8"])
    (event,) = events
    assert event.action == "robot:created"
    assert (event.after["addresses"], event.after["state"]) == ("10.0.0.0/8", "disabled")


def test_it_gets_nothing_that_its_maker_does_not_hold(maker: User) -> None:
    with events_written() as events:
        answer = post(maker, **SHUT, grants=[{"project": "payments", "level": "read"}])
    assert answer.status_code in {403, 422}
    assert not events
    assert not Robot.objects.filter(name="builder").exists()


def test_what_comes_last_is_made_in_the_same_change(cast: Cast, maker: User) -> None:
    """A team that the maker may not change leaves no robot behind."""
    cast.organization.teams.create(name="build")
    with events_written() as events:
        answer = post(maker, **SHUT, teams=["build"])
    assert (answer.status_code, answer.json()["permission"]) == (403, "team:update")
    assert not events
    assert not Robot.objects.filter(name="builder").exists()
