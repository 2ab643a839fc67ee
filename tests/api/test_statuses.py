"""Every address of the API by everyone, with a session, Bearer and Basic alike."""

import json
from typing import Any

import pytest

from robots.models import Robot
from teams.models import User
from tests.addresses import API_ADDRESSES
from tests.api.bodies import address_of, examples, methods_of, places
from tests.api.callers import Caller, send
from tests.api.statuses import CALLERS, ROBOTS, STATUSES
from tests.browsers import browser, confirm
from tests.conftest import Cast
from tests.factories import RobotFactory, RobotGrantFactory
from tests.personas import everybody
from tests.remembered import forget_counts
from tests.snapshots import rows, undone


def caller(furnished: Cast, who: str) -> User | Robot | None:
    """The person or robot that a column is about."""
    if who == "robot":
        return furnished.robot
    if who == "boss":
        robot = RobotFactory(organization=furnished.organization)
        RobotGrantFactory(robot=robot, role="organization:owner", permissions=frozenset())
        return robot
    return everybody(furnished)[who]


def said(answer: Any) -> Any:
    """What is refused, to the letter; of an answer, which values are in it."""
    if not answer.content:
        return None
    document = json.loads(answer.content)
    if answer.status_code < 400:
        return sorted(document)
    return {name: value for name, value in document.items() if name != "request_id"}


def test_every_address_and_method_has_a_row(furnished: Cast) -> None:
    where = places(furnished)
    there = {
        (name, method) for name in API_ADDRESSES for method in methods_of(address_of(name, where))
    }
    assert {(name, method) for method, table in STATUSES.items() for name in table} == there


@pytest.mark.parametrize("who", CALLERS)
def test_everybody_gets_what_the_tables_say_in_each_way(furnished: Cast, who: str) -> None:
    asking, where = Caller(caller(furnished, who)), places(furnished)
    assert len(asking.clients) == {"anonymous": 1, **dict.fromkeys(ROBOTS, 2)}.get(who, 3)
    for example in examples(furnished, where):
        answers = []
        forget_counts()  # who is refused too often gets another answer
        for client in asking.clients.values():
            with undone():
                answers.append(send(client, example))
        expected = STATUSES[example.method][example.name][who]
        assert [answer.status_code for answer in answers] == [expected] * len(answers), example
        if expected != 401 and example.name != "robots-api:me":
            assert all(said(answer) == said(answers[0]) for answer in answers), example


def test_a_session_alone_ends_nothing_that_takes_more_with_it(furnished: Cast) -> None:
    """On the pages that asks for the password, too."""
    where = places(furnished)
    client, before = browser(furnished.owner), rows()
    ending = [it for it in examples(furnished, where) if it.method == "DELETE"]
    much = {"project", "repository", "team", "robot", "role", "service"}
    for example in ending:
        if example.name.partition(":")[2] in much:
            answer = send(client, example)
            assert (answer.status_code, answer.json()["title"]) == (403, "Sign in again"), example
    assert rows() == before
    confirm(client)
    assert (
        send(client, next(it for it in ending if it.name == "robots-api:team")).status_code == 204
    )
