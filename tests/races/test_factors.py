"""Second factors that many use at the same moment: each code and each answer of a passkey lets in once."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.models import Event
from teams.models import User
from teams.sign_in.services.using import take_code
from tests.browsers import browser
from tests.factories import PASSWORD, UserFactory
from tests.races.starting import at_barrier
from tests.teams.sign_in.factors import asked, code, enter, visitor, with_app, with_passkey
from tests.teams.sign_in.signing_in import is_signed_in, sign_in

CROWD = 50
COOKIE = settings.SESSION_COOKIE_NAME

pytestmark = pytest.mark.usefixtures("shared")


def person() -> User:
    made: User = UserFactory(email="person@example.com", password=PASSWORD)
    return made


def winners(answers: list[Any]) -> int:
    faults = [answer for answer in answers if isinstance(answer, Exception)]
    assert faults == []
    return sum(bool(answer) for answer in answers)


def test_of_many_with_one_code_one_gets_in(shared: None) -> None:
    user = person()
    seed, _ = with_app(user)
    now = code(seed)
    assert winners(at_barrier(*[lambda: take_code(user, now)] * CROWD)) == 1


def test_of_many_with_one_recovery_code_one_gets_in(shared: None) -> None:
    user = person()
    _, codes = with_app(user)
    assert winners(at_barrier(*[lambda: take_code(user, codes[0])] * CROWD)) == 1
    assert Event.objects.filter(action="user:recovery-code-used").count() == 1
    assert winners(at_barrier(*[lambda own=own: take_code(user, own) for own in codes[1:]])) == 9
    assert verify_chain(chain_of(None)) == []


def test_of_many_with_one_answer_of_a_passkey_one_gets_in(shared: None) -> None:
    passkey = with_passkey(person())
    first = visitor()
    said = passkey.says(asked(first))
    clients = [same_session(first) for _ in range(CROWD)]
    at_barrier(*[lambda client=client: enter(client, said) for client in clients])
    assert sum(is_signed_in(client) for client in clients) == 1
    assert Event.objects.filter(action="user:signed-in").count() == 1


def test_of_many_browsers_with_one_code_one_gets_in(shared: None) -> None:
    """Where somebody signs in, and where they do it again: one code, whichever page takes it."""
    user = person()
    seed, _ = with_app(user)
    signing_in, signed_in = ([visitor() for _ in range(CROWD // 2)] for _ in range(2))
    for client in signing_in:
        sign_in(client)
    for client in signed_in:
        client.cookies[COOKIE] = browser(user).cookies[COOKIE].value
    keys = [client.cookies[COOKIE].value for client in signed_in]
    now = {"code": code(seed)}
    pages = ["/sign-in/code/"] * len(signing_in) + ["/account/sign-in-again/code/"] * len(signed_in)
    clients = [*signing_in, *signed_in]
    rows = zip(clients, pages, strict=True)
    winners(at_barrier(*[lambda it=it, page=page: it.post(page, now) for it, page in rows]))
    anew = [it for it, key in zip(signed_in, keys, strict=True) if it.cookies[COOKIE].value != key]
    assert sum(map(is_signed_in, signing_in)) + len(anew) == 1


def same_session(first: Client) -> Client:
    client = visitor()
    client.cookies[COOKIE] = first.cookies[COOKIE].value
    return client
