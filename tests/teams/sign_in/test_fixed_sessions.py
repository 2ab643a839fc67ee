"""A session that somebody else chose before the sign-in is another one after it, whichever way it went."""

import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from console.models import Session
from console.sessions import SessionStore
from teams.models import User
from teams.users.services import setup_key
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.teams.members.test_invitation import invited, link, page
from tests.teams.sign_in.factors import (
    asked,
    code,
    enter,
    question_of,
    visitor,
    with_app,
    with_passkey,
)
from tests.teams.sign_in.signing_in import is_signed_in, sign_in

COOKIE = settings.SESSION_COOKIE_NAME
Way = Callable[[Client, User], None]


def by_password(client: Client, person: User) -> None:
    sign_in(client)


def by_code(client: Client, person: User) -> None:
    seed, _ = with_app(person)
    sign_in(client)
    client.post("/sign-in/code/", {"code": code(seed)})


def by_recovery_code(client: Client, person: User) -> None:
    _, codes = with_app(person)
    sign_in(client)
    client.post("/sign-in/code/", {"code": codes[0]})


def by_passkey(client: Client, person: User) -> None:
    passkey = with_passkey(person)
    enter(client, passkey.says(asked(client)))


def planted(client: Client) -> str:
    """A session that there is, with something in it, as whoever knows its key has begun it."""
    session = SessionStore()
    session["begun"] = "by somebody else"
    session.save()
    client.cookies[COOKIE] = key = str(session.session_key)
    return key


def opens(key: str) -> bool:
    client = browser()
    client.cookies[COOKIE] = key
    return bool(client.get("/account/").status_code == 200)


def check(client: Client, key: str) -> None:
    assert is_signed_in(client)
    assert key_of(client) != key
    assert not opens(key)
    assert not Session.objects.with_key(key).exists()


@pytest.mark.parametrize("way", [by_password, by_code, by_recovery_code, by_passkey])
def test_the_session_after_a_sign_in_is_another_one(person: User, way: Way) -> None:
    client = visitor()
    key = planted(client)
    way(client, person)
    check(client, key)


@pytest.mark.django_db
def test_so_is_the_first_owners() -> None:
    client = browser()
    key = planted(client)
    form = {"name": "First", "email": "first@example.com", "password": PASSWORD}
    client.post(f"/setup/{setup_key()}/", form)
    check(client, key)


def test_so_is_that_of_whoever_was_invited(cast: Cast) -> None:
    client, found = browser(), invited(cast)
    key = planted(client)
    client.get(link(found))
    client.post(page(found), {"name": "New", "password": PASSWORD})
    check(client, key)


def key_of(client: Client) -> str:
    return client.cookies[COOKIE].value


def again_by_password(person: User) -> tuple[Client, str]:
    client = visitor(person)
    key = key_of(client)
    client.post("/account/sign-in-again/", {"password": PASSWORD})
    return client, key


def again_by_code(person: User) -> tuple[Client, str]:
    seed, _ = with_app(person)
    client = visitor(person)
    key = key_of(client)
    client.post("/account/sign-in-again/code/", {"code": code(seed)})
    return client, key


def again_by_passkey(person: User) -> tuple[Client, str]:
    passkey, page = with_passkey(person), "/account/sign-in-again/passkey/"
    client = visitor(person)
    said, key = passkey.says(question_of(client.get(page))), key_of(client)
    client.post(page, {"credential": json.dumps(said)})
    return client, key


@pytest.mark.parametrize("way", [again_by_password, again_by_code, again_by_passkey])
def test_a_fresh_sign_in_gets_a_new_key(
    person: User, way: Callable[[User], tuple[Client, str]]
) -> None:
    """Whoever had seen the old one can do nothing with it that takes a fresh sign-in, nor anything else."""
    client, before = way(person)
    assert key_of(client) != before
    assert opens(key_of(client))
    assert not opens(before)


@pytest.mark.parametrize("typed", ["not the password", ""])
def test_a_wrong_password_changes_no_key(person: User, typed: str) -> None:
    client = browser(person)
    key = key_of(client)
    client.post("/account/sign-in-again/", {"password": typed})
    assert key_of(client) == key
    assert opens(key)
