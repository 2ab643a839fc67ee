"""Wrong passwords: how many there may be, whom that keeps out, and what is said and recorded of it."""

import logging
import re
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from console import measures
from console.audit.sentences import sentence
from console.models import Event
from teams.models import User
from teams.sign_in import refusals, tries
from tests.browsers import browser, text
from tests.factories import PASSWORD
from tests.teams.sign_in.signing_in import is_signed_in, mails, refusal, sign_in

HERE, ELSEWHERE = "192.0.2.9", "198.51.100.4"
WRONG = "not the password"
NEW = "another long enough phrase"


@pytest.fixture(autouse=True)
def _nothing_gathered() -> None:
    refusals._waiting.clear()


def said(email: str = "person@example.com", password: str = WRONG, address: str = HERE) -> str:
    return str(refusal(email, password, address)[1])


def lets_in(address: str) -> bool:
    client = browser(REMOTE_ADDR=address)
    sign_in(client)
    return is_signed_in(client)


def guess(times: int, address: str = HERE, email: str = "person@example.com") -> None:
    """That many wrong ones, counted as the page counts them, without looking at any password."""
    request = RequestFactory().post("/sign-in/", REMOTE_ADDR=address)
    for _ in range(times):
        tries.take(request, email)


def test_after_five_failures_the_right_password_comes_too_late(
    person: User, clock: Traveller
) -> None:
    for _ in range(5):
        assert "Too many" not in said()
    clock.shift(60)
    assert "Too many failed attempts. Wait 4 minutes, then try again." in said(password=PASSWORD)
    clock.shift(181)
    assert "Too many failed attempts. Wait 59 seconds, then try again." in said(password=PASSWORD)
    clock.shift(59)
    assert lets_in(HERE)


def test_failures_from_elsewhere_keep_nobody_out(person: User, clock: Traveller) -> None:
    guess(5)
    assert "Too many" in said()
    assert lets_in(ELSEWHERE)


def test_fifty_failures_from_everywhere_do(person: User, clock: Traveller) -> None:
    for number in range(10):
        guess(5, f"198.51.100.{number}")
    assert not lets_in(HERE)
    clock.shift(300)
    assert lets_in(HERE)


def test_one_client_tries_ten_passwords_a_minute_whatever_the_account(
    person: User, clock: Traveller
) -> None:
    for number in range(5):
        guess(2, email=f"{number}@example.com")
    assert "Wait 60 seconds" in said(password=PASSWORD)
    assert lets_in(ELSEWHERE)
    clock.shift(60)
    assert lets_in(HERE)


def test_right_ones_cost_no_try(person: User, clock: Traveller) -> None:
    guess(4)
    for _ in range(3):
        assert lets_in(HERE)
    assert "Too many" not in said()


def test_a_new_password_ends_the_lock_out(person: User, clock: Traveller) -> None:
    guess(5)
    browser().post("/password/", {"email": "person@example.com"})
    (link,) = re.findall(r"http://\S+?(/password/\S+)", str(mails()[0].body))
    client = browser(REMOTE_ADDR=HERE)
    client.post(client.get(link)["Location"], {"password1": NEW, "password2": NEW})
    sign_in(client, password=NEW)
    assert is_signed_in(client)


def test_a_lock_out_is_the_same_for_an_account_that_does_not_exist(
    person: User, clock: Traveller
) -> None:
    known, unknown = (
        [refusal(email, WRONG, address) for _ in range(6)]
        for email, address in (("person@example.com", HERE), ("nobody@example.com", ELSEWHERE))
    )
    assert known == unknown
    assert "Too many failed attempts. Wait 5 minutes" in str(known[-1])


def told() -> list[tuple[str, str]]:
    """The sentences in the site's chain, each with what it says besides."""
    assert refusals.flush()
    return [(sentence(event), event.after["reason"]) for event in Event.objects.order_by("id")]


FAILED = ("somebody failed to sign in as person@example.com", "wrong-password")
LOCKED_OUT = (
    "somebody was locked out of person@example.com after too many wrong passwords or codes",
    "locked-out",
)


def test_of_each_kind_there_is_one_event_an_hour(person: User, clock: Traveller) -> None:
    for _ in range(7):
        said()
    assert told() == [FAILED, LOCKED_OUT]
    assert {event.after["address"] for event in Event.objects.all()} == {HERE}
    clock.shift(301)
    said(address=ELSEWHERE)
    assert len(told()) == 2
    clock.shift(3600)
    said(address=ELSEWHERE)
    assert told() == [FAILED, LOCKED_OUT, FAILED]


def test_what_could_not_be_recorded_is_at_the_next_flush(person: User) -> None:
    said()

    def broken(*_: Any) -> None:
        raise RuntimeError("planted")

    with connection.execute_wrapper(broken):
        assert not refusals.flush()
    assert told() == [FAILED]


def test_a_refusal_asks_the_database_the_same_whether_the_account_exists(person: User) -> None:
    asked = []
    for email, address in (("person@example.com", HERE), ("nobody@example.com", ELSEWHERE)):
        with CaptureQueriesContext(connection) as queries:
            said(email, address=address)
        asked.append([query["sql"].split()[0] for query in queries])
    assert asked[0] == asked[1]


def test_who_signs_in_again_is_counted_as_well(person: User, clock: Traveller) -> None:
    client = browser(person, REMOTE_ADDR=HERE)
    for _ in range(5):
        client.post("/account/sign-in-again/", {"password": WRONG})
    answer = client.post("/account/sign-in-again/", {"password": PASSWORD})
    assert "Too many failed attempts. Wait 5 minutes" in text(answer)
    assert told() == [FAILED, LOCKED_OUT]


def test_a_disabled_person_who_knows_the_password_is_an_event(person: User) -> None:
    User.objects.update(is_active=False)
    sign_in(browser())
    assert told() == [(FAILED[0], "disabled")]


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    logged = [record.msg for record in caplog.records if record.name == "roster.sign_in"]
    return [line for line in logged if isinstance(line, dict)]


def test_each_is_a_line_of_the_log_that_names_the_account(
    person: User, clock: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(6):
            said()
    found = [(line["account"], line["reason"], line["address"]) for line in lines(caplog)]
    assert found[-2:] == [
        ("person@example.com", "wrong-password", HERE),
        ("person@example.com", "locked-out", HERE),
    ]


def test_of_an_account_that_does_not_exist_nothing_is_kept_or_logged(
    person: User, clock: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for _ in range(6):
            said("a-secret@example.com")
    assert told() == []
    assert {line["account"] for line in lines(caplog)} == {None}
    assert "a-secret" not in caplog.text


def test_what_comes_of_signing_in_is_measured(person: User, clock: Traveller) -> None:
    outcomes = ("accepted", "wrong-password", "locked-out")
    before = [measures.SIGN_INS.labels(outcome)._value.get() for outcome in outcomes]
    lets_in(HERE)
    guess(3)
    for _ in range(4):
        said()
    after = [measures.SIGN_INS.labels(outcome)._value.get() for outcome in outcomes]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 2, 2]
