"""V7: sessions begin anew, end by themselves, and stay ended."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from time_machine import travel

from console.sessions import SessionStore
from teams.models import User
from teams.users.services import disable_person
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory
from tests.robots.departures.test_account_delete import sent
from tests.teams.sign_in.factors import with_app
from tests.teams.sign_in.signing_in import is_signed_in, sign_in
from tests.teams.sign_in.test_passwords import change_password

COOKIE = settings.SESSION_COOKIE_NAME
# What changes how one signs in.
SENSITIVE = ("security/app/", "security/passkeys/new/", "security/recovery-codes/")


@pytest.fixture
def person(db: None) -> User:
    made: User = UserFactory(email="person@example.com", password=PASSWORD)
    return made


def key_of(client: Client) -> str:
    return client.cookies[COOKIE].value


def opens(key: str) -> bool:
    """Whether somebody with this cookie alone is signed in."""
    client = browser()
    client.cookies[COOKIE] = key
    return bool(client.get("/account/").status_code == 200)


@pytest.mark.django_db
def test_a_key_has_enough_that_is_random() -> None:
    """V7.2.3: 32 characters of 36 are 165 bits, and no two are alike."""
    keys = set()
    for _ in range(50):
        session = SessionStore()
        session.save()
        keys.add(str(session.session_key))
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}
    assert len(set("".join(keys))) == 36


def test_a_sign_in_begins_a_new_session(person: User) -> None:
    """V7.2.4: the key that a browser came with opens nothing afterwards; so with a fresh sign-in."""
    client = browser()
    client.post("/theme/", {"theme": "dark"})
    session = SessionStore()
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies[COOKIE] = planted
    sign_in(client)
    first = key_of(client)
    assert first != planted
    assert not opens(planted)
    client.post("/account/sign-in-again/", {"password": PASSWORD})
    assert key_of(client) != first
    assert not opens(first)
    assert opens(key_of(client))


def test_a_session_that_nobody_uses_ends(person: User) -> None:
    """V7.3.1: after as long as the settings say."""
    key, idle = key_of(browser(person)), timedelta(minutes=settings.ROSTER_SESSION_IDLE_MINUTES)
    with travel(timezone.now() + idle + timedelta(minutes=1), tick=False):
        assert not opens(key)
    assert opens(key)


def test_a_session_that_is_used_ends_as_well(person: User) -> None:
    """V7.3.2: so many days after the sign-in, however often it was used."""
    key, begun = key_of(browser(person)), timezone.now()
    for day in range(settings.ROSTER_SESSION_DAYS):
        with travel(begun + timedelta(days=day, hours=12), tick=False):
            assert opens(key)
    with travel(begun + timedelta(days=settings.ROSTER_SESSION_DAYS, minutes=1), tick=False):
        assert not opens(key)


def test_a_session_that_was_ended_opens_nothing(person: User) -> None:
    """V7.4.1: neither the key nor the page behind the Back button, which is not kept."""
    client = browser(person)
    key = key_of(client)
    assert "no-store" in client.get("/account/")["Cache-Control"]
    client.post("/sign-out/")
    assert not opens(key)


def test_an_account_that_ended_has_no_session(cast: Cast) -> None:
    """V7.4.2: disabled by an operator, or deleted: every browser is out, also after it is enabled again."""
    key = key_of(browser(cast.member))
    disable_person(actor=cast.operator, person=cast.member)
    User.objects.filter(pk=cast.member.pk).update(is_active=True)
    assert not opens(key)
    lone = UserFactory()
    key = key_of(browser(lone))
    sent(lone)
    assert not opens(key)


def test_a_changed_password_or_factor_ends_other_sessions(person: User) -> None:
    """V7.4.3: the one in which it was changed goes on, no other."""
    here, there = browser(person, confirmed=True), browser(person)
    with_app(person, here)
    assert (is_signed_in(here), opens(key_of(there))) == (True, False)
    there = browser(person)
    change_password(here)
    assert here.get("/account/").status_code == 200
    assert not opens(key_of(there))


@pytest.mark.parametrize("path", SENSITIVE)
def test_what_changes_the_sign_in_takes_a_fresh_one(person: User, path: str) -> None:
    """V7.5.1: reading and sending lead to the password."""
    client = browser(person)
    for answer in (client.get(f"/account/{path}"), client.post(f"/account/{path}", {"code": "1"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/sign-in-again/")
