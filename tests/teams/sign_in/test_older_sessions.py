"""Sessions from before a second factor: signed out when it is added, else asked for it where it matters."""

import json
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from teams.models import User
from tests.api.callers import bearer, token_of
from tests.authenticators import Passkey
from tests.browsers import browser, confirm_by_password, text, texts_of
from tests.factories import PASSWORD
from tests.teams.sign_in.factors import ORIGIN, code, question_of, send_new, visitor, with_app
from tests.teams.sign_in.signing_in import is_signed_in, mails, sign_in
from tests.teams.sign_in.test_app import key_on

APP, REMOVAL = "/account/security/app/", "/account/security/app/delete/"
AGAIN, SECOND = "/account/sign-in-again/", "/sign-in/code/"
BY_CODE, BY_PASSKEY = f"{AGAIN}code/", f"{AGAIN}passkey/"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2099-05-06T07:08:10Z", tick=False) as clock:
        yield clock


def by_password(client: Client) -> Client:
    sign_in(client)
    assert is_signed_in(client)
    return client


def set_up_app(client: Client) -> str:
    seed = key_on(client.get(APP))
    answer = client.post(APP, {"code": code(seed)})
    assert texts_of(answer, "h1") == ["Save your recovery codes"]
    return seed


def give(client: Client, way: str, **sent: str) -> str:
    """Where a fresh sign-in leads that was asked for before the removal."""
    answer = client.post(way, sent | {"next": REMOVAL})
    return str(answer.get("Location", "")).split("?")[0]


@pytest.mark.parametrize("kind", ["app", "passkey"])
def test_adding_one_signs_out_every_other_browser(person: User, kind: str) -> None:
    here, older = by_password(visitor()), by_password(visitor())
    if kind == "app":
        assert "every other browser is signed out" in text(here.get(APP))
        set_up_app(here)
    else:
        assert "every other browser is signed out" in text(
            here.get("/account/security/passkeys/new/")
        )
        send_new(here, Passkey(ORIGIN))
    assert here.get("/account/").status_code == 200
    assert older.get("/account/")["Location"].startswith("/sign-in/")
    assert "Whoever was signed in elsewhere is signed out." in mails()[-1].body


def test_the_password_alone_takes_no_factor_away_where_none_was_used(
    person: User, clock: Any
) -> None:
    client = by_password(browser())
    seed, _ = with_app(person, client)
    # Neither the sign-in a moment ago nor the password given again.
    assert client.get(REMOVAL)["Location"].startswith(BY_CODE)
    assert give(client, AGAIN, password=PASSWORD) == BY_CODE
    confirm_by_password(client)
    assert client.get(REMOVAL)["Location"].startswith(BY_CODE)
    assert "Use your password" not in text(client.get(BY_CODE))
    assert give(client, BY_CODE, code=code(seed)) == REMOVAL
    assert client.get(REMOVAL).status_code == 200
    # Once it was used here, the password is enough again.
    clock.shift(301)
    assert client.get(REMOVAL)["Location"].startswith(AGAIN)
    assert give(client, AGAIN, password=PASSWORD) == REMOVAL
    assert client.get(REMOVAL).status_code == 200


def test_a_passkey_is_asked_for_where_there_is_one(person: User) -> None:
    here, passkey = by_password(visitor()), Passkey(ORIGIN)
    send_new(here, passkey)
    older = visitor(person)
    session = older.session
    session.pop("account_authentication_methods")
    session.save()
    confirm_by_password(older)
    assert older.get("/account/tokens/new/")["Location"].startswith(BY_PASSKEY)
    said = passkey.says(question_of(older.get(f"{BY_PASSKEY}?next={REMOVAL}")))
    assert give(older, BY_PASSKEY, credential=json.dumps(said)) == REMOVAL
    assert older.get("/account/tokens/new/").status_code == 200


def test_the_api_is_no_way_around_it(person: User) -> None:
    token, _ = token_of(person)
    address = f"/api/v1/me/tokens/{token.uuid}/"
    client = by_password(browser())
    seed, _ = with_app(person, client)
    confirm_by_password(client)
    rotation = f"{address}rotation/"
    refused = client.post(rotation, {}, content_type="application/json")
    assert refused.status_code == 403
    give(client, BY_CODE, code=code(seed))
    assert client.post(rotation, {}, content_type="application/json").status_code in {200, 201}


@pytest.mark.parametrize("kind", ["app", "passkey"])
def test_who_set_it_up_in_this_session_goes_on_by_password(
    person: User, clock: Any, kind: str
) -> None:
    client = by_password(visitor())
    if kind == "app":
        set_up_app(client)
    else:
        send_new(client, Passkey(ORIGIN))
    (row,) = Authenticator.objects.exclude(type="recovery_codes")
    removal = REMOVAL if kind == "app" else f"/account/security/passkeys/{row.pk}/delete/"
    assert client.get(removal).status_code == 200
    clock.shift(301)
    assert client.get(removal)["Location"].startswith(f"{AGAIN}?")
    give(client, AGAIN, password=PASSWORD)
    client.post(removal)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("used_at", ["the sign-in", "the fresh sign-in"])
def test_who_lost_the_app_removes_it_with_a_recovery_code(
    person: User, clock: Any, used_at: str
) -> None:
    client = browser()
    if used_at == "the sign-in":
        _, codes = with_app(person)
        sign_in(client)
        client.post(SECOND, {"code": codes[0]})
        assert is_signed_in(client)
        clock.shift(301)
        assert give(client, AGAIN, password=PASSWORD) == REMOVAL
    else:
        by_password(client)
        _, codes = with_app(person, client)
        assert give(client, BY_CODE, code=codes[0]) == REMOVAL
    client.post(REMOVAL)
    assert not Authenticator.objects.exists()


def test_a_refused_form_is_taken_up_again_once_the_code_was_given(person: User) -> None:
    client = by_password(browser())
    seed, _ = with_app(person, client)
    assert client.post(REMOVAL)["Location"].startswith(BY_CODE)
    assert Authenticator.objects.filter(type="totp").exists()
    assert give(client, BY_CODE, code=code(seed)) == "/account/security/"
    assert not Authenticator.objects.exists()


def test_a_token_is_asked_for_nothing_more(person: User) -> None:
    with_app(person)
    assert bearer(token_of(person)[1]).get("/api/v1/me/").status_code == 200
