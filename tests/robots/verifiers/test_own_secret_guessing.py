"""Guessing somebody's own secret: how many tries there are, and that they lock nobody out who knows it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from robots.secrets import own_secrets, secret_throttle
from tests.api.callers import with_basic
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import Answer, ask, basic
from tests.robots.tokens.chosen import CHOSEN, OTHER, choose, logged_in, result
from tests.robots.verifiers.asking import URL, post
from tests.secrets import signed_secret

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.4"
TRIES = 10


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """One moment, at the beginning of five minutes."""
    own_secrets.remembered.known.clear()
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as found:
        yield found


def login(name: str, secret: str, address: str = HERE) -> Answer:
    return ask(f"{URL}?service=registry", authorization=basic(name, secret), REMOTE_ADDR=address)


def guess(name: str, times: int = TRIES, address: str = HERE) -> None:
    """That many wrong ones, each of them checked."""
    for _ in range(times):
        assert login(name, OTHER, address).status == 401


def test_after_ten_wrong_ones_there_are_no_more_tries_for_five_minutes(
    cast: Cast, clock: Any
) -> None:
    choose(cast)
    name = cast.robot.login_name
    clock.shift(60)
    guess(name)
    for secret in (OTHER, CHOSEN):
        answer = login(name, secret)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "240")
        assert answer.json["errors"][0]["code"] == "TOOMANYREQUESTS"
    assert post(grant_type="password", username=name, password=CHOSEN).status == 429
    clock.shift(240)
    assert login(name, CHOSEN).status == 200


def test_the_api_counts_with_the_registry(cast: Cast) -> None:
    token = choose(cast).token
    api = with_basic(token.uuid, OTHER)
    for _ in range(TRIES // 2):
        assert api.get("/api/v1/me/", REMOTE_ADDR=HERE).status_code == 401
    guess(cast.robot.login_name, TRIES // 2)
    answer = api.get("/api/v1/me/", REMOTE_ADDR=HERE)
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert answer["Content-Type"] == "application/problem+json"
    assert login(str(token.uuid), CHOSEN).status == 429
    assert login(cast.robot.login_name.replace("+", "%2B"), CHOSEN).status == 429


def test_no_try_is_checked_beyond_that(cast: Cast) -> None:
    choose(cast)
    guess(cast.robot.login_name)
    with own_secrets._checking:
        assert login(cast.robot.login_name, CHOSEN).headers["Retry-After"] == "300"


def test_who_logged_in_before_still_gets_in(cast: Cast) -> None:
    choose(cast)
    assert login(cast.robot.login_name, CHOSEN).status == 200
    guess(cast.robot.login_name)
    assert login(cast.robot.login_name, OTHER).status == 429
    assert login(cast.robot.login_name, CHOSEN).status == 200


def test_guesses_from_one_address_leave_all_others_their_tries(cast: Cast) -> None:
    choose(cast)
    guess(cast.robot.login_name)
    assert login(cast.robot.login_name, CHOSEN).status == 429
    assert login(cast.robot.login_name, CHOSEN, ELSEWHERE).status == 200


def test_one_network_of_ipv6_is_one_address(cast: Cast) -> None:
    choose(cast)
    for number in range(TRIES):
        guess(cast.robot.login_name, 1, f"2001:db8::{number}:1")
    assert login(cast.robot.login_name, CHOSEN, "2001:db8::ffff").status == 429
    assert login(cast.robot.login_name, CHOSEN, "2001:db8:0:1::1").status == 200


def test_a_tokens_own_secret_is_guessed_at_fifty_times_from_everywhere(cast: Cast) -> None:
    token = choose(cast).token
    for number in range(49):
        secret_throttle.count([token.uuid], f"198.51.100.{number}")
    guess(cast.robot.login_name, 1)
    assert login(cast.robot.login_name, CHOSEN, "203.0.113.1").status == 429


def test_one_secret_is_tried_on_sixty_tokens_from_one_address(cast: Cast) -> None:
    choose(cast)
    for _ in range(59):
        secret_throttle.count([uuid4()], HERE)
    guess(cast.robot.login_name, 1)
    choose(cast, robot=cast.organization_robot)
    for robot in (cast.robot, cast.organization_robot):
        assert login(robot.login_name, CHOSEN).status == 429
        assert login(robot.login_name, CHOSEN, ELSEWHERE).status == 200


def test_right_ones_unknown_names_and_other_tokens_cost_no_try(cast: Cast) -> None:
    token = choose(cast).token
    for _ in range(2 * TRIES):
        assert logged_in(cast.robot.login_name)
        own_secrets.remembered.known.clear()
        for name in ("robot_acme+nobody", cast.organization_robot.login_name):
            assert login(name, OTHER).status == 401
        result(None, signed_secret(token)[:-1])
    guess(cast.robot.login_name, 1)
    assert login(cast.robot.login_name, CHOSEN).status == 200


def test_the_pages_download_counts_as_well(cast: Cast) -> None:
    token = choose(cast).token
    address = f"/o/acme/robots/{cast.robot.uuid}/tokens/{token.uuid}/download/"
    client: Client = browser(cast.owner)
    fields = {"secret": OTHER, "form": "docker"}
    for _ in range(TRIES):
        assert client.post(address, fields, REMOTE_ADDR=HERE).status_code == 400
    assert client.post(address, fields, REMOTE_ADDR=HERE)["Retry-After"] == "300"
