"""How often issuers are asked for their keys, by how many threads, and what holds meanwhile."""

import queue
import threading

import pytest
import time_machine

from robots.trusts import issuers
from robots.trusts.issuers import KeysFault, keys_of
from robots.trusts.keys import Keys
from tests.https import answer
from tests.issuers import DISCOVERY, KEYS, Issuer
from tests.robots.trusts.asking import LONG, ONCE, fault, fitting, held_back, kids, unknown


def test_keys_are_asked_for_again_after_five_minutes(
    issuer: Issuer, clock: time_machine.Traveller
) -> None:
    assert kids(issuer) == ["first"]
    issuer.add_key("second")
    clock.shift(299)
    assert kids(issuer) == ["first"]
    assert issuer.asked == ONCE
    clock.shift(1)
    assert kids(issuer) == ["first", "second"]
    assert issuer.asked == ONCE * 2


def test_a_clock_that_jumps_back_asks_once_more(
    issuer: Issuer, clock: time_machine.Traveller
) -> None:
    kids(issuer)
    clock.shift(-86_400)
    kids(issuer)
    kids(issuer)
    assert issuer.asked == ONCE * 2


def test_for_an_unknown_key_an_issuer_is_asked_once_a_minute(
    issuer: Issuer, clock: time_machine.Traveller
) -> None:
    assert fitting(issuer, "first")
    issuer.add_key("second")
    clock.shift(59)
    for number in range(5):
        assert unknown(issuer, f"unknown-{number}").retry_after == 0
    assert unknown(issuer, "second").reason == f"{issuer.url} has no key for this token."
    assert issuer.asked == ONCE
    clock.shift(1)
    assert len(fitting(issuer, "second")) == 1
    assert issuer.asked == ONCE * 2
    unknown(issuer)
    assert issuer.asked == ONCE * 2


def test_what_fails_is_not_tried_again_for_half_a_minute(
    issuer: Issuer, clock: time_machine.Traveller
) -> None:
    issuer.answers[KEYS] = answer(500)
    first = fault(issuer.url)
    assert first.reason == f"{issuer.url}/keys answers with status 500 instead of 200."
    assert first.retry_after == 30
    del issuer.answers[KEYS]
    clock.shift(29)
    assert fault(issuer.url).reason == first.reason
    assert issuer.asked == ONCE
    clock.shift(1)
    assert kids(issuer) == ["first"]


def test_known_keys_are_used_for_an_hour_while_their_issuer_does_not_answer(
    issuer: Issuer, clock: time_machine.Traveller
) -> None:
    kids(issuer)
    issuer.answers[DISCOVERY] = b"nonsense"
    clock.shift(3599)
    assert kids(issuer) == ["first"]
    assert issuer.asked == [*ONCE, DISCOVERY]
    # What it may have made since is not known now.
    assert unknown(issuer).retry_after == 30
    clock.shift(1)
    assert "is not HTTP/1.1" in fault(issuer.url).reason


def test_many_who_come_at_once_ask_once(issuer: Issuer) -> None:
    """Two wait for the answer; the others are told at once to come again."""
    told = queue.SimpleQueue[Keys | KeysFault]()

    def come() -> None:
        try:
            told.put(keys_of(issuer.url, seconds=LONG))
        except KeysFault as refused:
            told.put(refused)

    with held_back(issuer):
        threads = [threading.Thread(target=come) for _ in range(10)]
        for thread in threads:
            thread.start()
        early = [told.get(timeout=LONG) for _ in range(8)]
    assert {getattr(each, "retry_after", None) for each in early} == {2}
    late = [told.get(timeout=LONG) for _ in range(2)]
    assert [type(each) for each in late] == [Keys, Keys]
    assert issuer.asked == ONCE


def test_an_issuer_that_is_being_asked_is_not_asked_again(
    issuer: Issuer, clock: time_machine.Traveller
) -> None:
    with held_back(issuer):
        for _ in range(3):
            fault(issuer.url, seconds=0)
            clock.shift(100)
    assert kids(issuer) == ["first"]
    assert issuer.asked == ONCE


def test_nobody_waits_longer_than_they_want_to(issuer: Issuer) -> None:
    with held_back(issuer):
        first = fault(issuer.url, seconds=0)
        assert first.reason == f"{issuer.url} is still being asked for its keys. Try again."
        assert fault(issuer.url, seconds=0).retry_after == 2
    assert kids(issuer) == ["first"]
    assert issuer.asked == ONCE


def test_while_an_issuer_is_asked_again_known_keys_are_used(
    issuer: Issuer, clock: time_machine.Traveller
) -> None:
    kids(issuer)
    clock.shift(300)
    with held_back(issuer):
        assert len(keys_of(issuer.url, seconds=0).keys) == 1
        assert unknown(issuer, seconds=0).retry_after == 2


def test_slow_issuers_take_so_many_threads_and_no_more(issuer: Issuer) -> None:
    with held_back(issuer):
        slow = [f"{issuer.url}/{number}" for number in range(8)]
        for name in slow:
            issuer.answers[name.removeprefix(issuer.url) + DISCOVERY] = issuer.answers[DISCOVERY]
            assert fault(name, seconds=0).retry_after == 2
        assert fault(issuer.url, seconds=LONG).retry_after == 2
        assert DISCOVERY not in issuer.asked
    for name in slow:
        assert "another issuer" in fault(name).reason
    assert kids(issuer) == ["first"]


def test_only_so_many_issuers_are_remembered(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuers, "MOST_ISSUERS", 2)
    kids(issuer)
    for number in range(2):
        fault(f"{issuer.url}/{number}")
        kids(issuer)
    assert issuer.asked.count(KEYS) == 1
    for number in range(2):
        fault(f"{issuer.url}/{number}")
    kids(issuer)
    assert issuer.asked.count(KEYS) == 2
