"""Strangers who guess at a robot's own secret do not keep the robot out: where it comes from is known."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from time_machine import Traveller

from robots.models import TokenAddress
from robots.secrets import own_secrets, secret_throttle
from robots.usage import flush
from tests.api.callers import with_basic
from tests.conftest import Cast
from tests.front import Answer, ask, basic
from tests.robots.tokens.chosen import CHOSEN, OTHER, choose
from tests.robots.verifiers.asking import URL

HERE, ELSEWHERE = "192.0.2.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _fresh(clock: Traveller) -> Iterator[None]:
    own_secrets.remembered.known.clear()
    yield
    own_secrets.remembered.known.clear()
    if own_secrets._checking.locked():  # by a test that failed
        own_secrets._checking.release()


def login(name: str, secret: str = CHOSEN, address: str = HERE) -> Answer:
    return ask(f"{URL}?service=registry", authorization=basic(name, secret), REMOTE_ADDR=address)


def restart() -> None:
    """What this process gathered is written down, and what it remembered is gone."""
    assert flush.flush()
    own_secrets.remembered.known.clear()


def logged_in_before(cast: Cast, address: str = HERE) -> str:
    """The name of a robot that logged in with its own secret from there, before a restart."""
    choose(cast)
    name = cast.robot.login_name
    assert login(name, address=address).status == 200
    restart()
    return name


def strangers_guess(cast: Cast) -> None:
    """As often as a token's own secret may be guessed at from everywhere."""
    token = cast.robot.tokens.get(name="typed")
    for number in range(50):
        secret_throttle.count([token.uuid], f"198.51.100.{number}")


def test_a_robot_is_let_in_where_it_was_let_in_before(cast: Cast) -> None:
    name = logged_in_before(cast)
    strangers_guess(cast)
    assert login(name, address=ELSEWHERE).status == 429
    assert login(name).status == 200
    restart()
    token = cast.robot.tokens.get(name="typed")
    assert with_basic(token.uuid, CHOSEN).get("/api/v1/me/", REMOTE_ADDR=HERE).status_code == 200


def test_others_behind_its_address_do_not_keep_it_out_either(cast: Cast) -> None:
    name = logged_in_before(cast)
    for _ in range(60):
        secret_throttle.count([uuid4()], HERE)
    assert login(name).status == 200


def test_from_there_ten_wrong_ones_are_the_end_as_from_everywhere(cast: Cast) -> None:
    name = logged_in_before(cast)
    strangers_guess(cast)
    for _ in range(10):
        assert login(name, OTHER).status == 401
    assert login(name, OTHER).status == 429
    assert login(name).status == 429


def test_all_of_a_network_of_ipv6_is_where_it_was_before(cast: Cast) -> None:
    name = logged_in_before(cast, "2001:db8::1")
    strangers_guess(cast)
    assert login(name, address="2001:db8::ffff").status == 200
    restart()
    assert login(name, address="2001:db8:0:1::1").status == 429


def test_what_was_seen_a_month_ago_or_of_another_token_counts_no_longer(cast: Cast) -> None:
    name = logged_in_before(cast)
    seen = TokenAddress.objects.get(token__name="typed")
    seen.last_seen_at -= timedelta(days=31)
    seen.save()
    TokenAddress.objects.create(
        token=cast.token,
        address=HERE,
        first_seen_at=seen.first_seen_at,
        last_seen_at=seen.first_seen_at,
    )
    strangers_guess(cast)
    assert login(name).status == 429


def when_asked_for_addresses(then: Callable[[], None]) -> Any:
    """Let something happen while the database is asked where a token was used from."""

    def asked(execute: Any, sql: str, *more: Any) -> Any:
        if "robots_tokenaddress" in sql:
            then()
        return execute(sql, *more)

    return connection.execute_wrapper(asked)


def test_it_waits_for_its_turn_while_a_stranger_keeps_the_check_busy(cast: Cast) -> None:
    name = logged_in_before(cast)
    own_secrets._checking.acquire()
    assert login(name, address=ELSEWHERE).status == 429
    with when_asked_for_addresses(own_secrets._checking.release):
        assert login(name).status == 200
    assert not own_secrets._checking.locked()


def test_only_two_threads_wait(cast: Cast) -> None:
    name = logged_in_before(cast)
    with own_secrets._checking, own_secrets._waiting, own_secrets._waiting:
        assert login(name).headers["Retry-After"] == "1"
    assert login(name).status == 200


def test_whoever_waited_has_no_more_tries_than_others(cast: Cast) -> None:
    name = logged_in_before(cast)
    token = cast.robot.tokens.get(name="typed")

    def others_come_first() -> None:
        for _ in range(10):
            secret_throttle.count([token.uuid], HERE)
        own_secrets._checking.release()

    own_secrets._checking.acquire()
    with when_asked_for_addresses(others_come_first):
        assert login(name).status == 429
