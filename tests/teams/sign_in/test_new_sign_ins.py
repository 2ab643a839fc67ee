"""Letters about sign-ins from a browser or a network that is new to an account."""

from typing import Any

import pytest
import time_machine
from django.db import connection

from console.models import Notice
from teams.models import KnownSignIn, User
from tests.browsers import browser, text
from tests.teams.sign_in.signing_in import is_signed_in, mails, sign_in
from tests.teams.sign_in.test_session_pages import LINUX, PHONE, WINDOWS, entered

DAY = 86_400


@pytest.fixture
def clock() -> Any:
    with time_machine.travel("2099-05-06T07:08:10Z", tick=False) as standing:
        yield standing


def told() -> list[str]:
    """The titles of what was told, in order."""
    return list(Notice.objects.order_by("id").values_list("title", flat=True))


def test_the_first_sign_in_and_those_from_known_places_are_not_told(person: User) -> None:
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.200"):
        assert is_signed_in(entered(person, LINUX, address))
    assert told() == []


@pytest.mark.parametrize(
    ("agent", "address", "words"),
    [
        (PHONE, "192.0.2.1", "Safari on iPhone from 192.0.2.1"),
        (LINUX, "198.51.100.7", "Firefox on Linux from 198.51.100.7"),
        (LINUX, "2001:db8::7", "Firefox on Linux from 2001:db8::7"),
    ],
)
def test_another_browser_or_network_is_told_once(
    person: User, agent: str, address: str, words: str
) -> None:
    entered(person)
    for _ in range(2):
        client = entered(person, agent, address)
    assert told() == [f"Your account was signed in to with {words}"]
    (letter,) = mails()
    assert letter.to == [person.email]
    assert words in letter.body
    assert "/account/sessions/" in letter.body
    assert words in text(client.get("/notices/"))


def test_what_was_not_seen_for_90_days_is_new_again(person: User, clock: Any) -> None:
    entered(person)
    entered(person, WINDOWS)
    assert len(told()) == 1
    clock.shift(60 * DAY)
    entered(person)
    clock.shift(60 * DAY)
    entered(person)
    assert len(told()) == 1
    entered(person, WINDOWS)
    assert len(told()) == 2


def test_a_refused_sign_in_makes_no_place_known(person: User) -> None:
    entered(person)
    sign_in(browser(REMOTE_ADDR="198.51.100.7"), password="not the password")
    entered(person, LINUX, "198.51.100.7")
    assert len(told()) == 1


def test_it_can_be_switched_off_for_letters(person: User) -> None:
    client = entered(person)
    client.post("/notices/settings/", {"kinds": ["token.leaked"], "sent": "yes"})
    entered(person, PHONE)
    assert len(told()) == 1
    assert mails() == []


def test_the_table_does_not_say_where(person: User) -> None:
    entered(person, address="192.0.2.77")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {KnownSignIn._meta.db_table}")
        kept = repr(cursor.fetchall())
    assert "192.0.2" not in kept
    assert "Firefox" not in kept
