"""An authenticator app: setting it up, signing in with it, and each code once."""

import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from console.models import Event
from teams.models import User
from teams.sign_in import refusals
from tests.browsers import browser, confirm, text, texts_of
from tests.teams.sign_in.factors import code, with_app
from tests.teams.sign_in.signing_in import is_signed_in, mails, sign_in

PAGE, REMOVAL = "/account/security/app/", "/account/security/app/delete/"
SECOND = "/sign-in/code/"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2099-05-06T07:08:10Z", tick=False) as clock:
        yield clock


def key_on(page: Any) -> str:
    (shown,) = re.findall(r"<code>([A-Z2-7 ]{39})</code>", text(page))
    return str(shown).replace(" ", "")


def after_password(person: User, **came: Any) -> Client:
    client = browser(**came)
    assert sign_in(client)["Location"] == SECOND
    assert not is_signed_in(client)
    return client


def test_an_app_is_set_up_by_its_picture_or_its_key_and_the_first_code(person: User) -> None:
    client = browser(person, confirmed=True)
    page = client.get(PAGE)
    seed = key_on(page)
    picture = client.get(f"{PAGE}picture.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert picture.content.startswith(b"<?xml")
    assert f"secret={seed}&amp;issuer=Roster" in text(page)
    assert seed not in "".join(re.findall(r"data:[^\s\"']+", text(page)))
    wrong = client.post(PAGE, {"code": "000000"})
    assert wrong.status_code == 422
    assert key_on(wrong) == seed
    done = client.post(PAGE, {"code": code(seed)})
    assert texts_of(done, "h1") == ["Save your recovery codes"]
    assert "no-store" in done["Cache-Control"]
    (event,) = Event.objects.filter(action="user:factor-added")
    assert (event.target_uuid, event.after) == (person.uuid, {"factor": "an authenticator app"})
    (letter,) = mails()
    assert letter.subject == "Your Roster account has got an authenticator app"
    assert seed not in letter.body
    assert client.get(PAGE)["Location"] == "/account/security/"
    assert client.get(f"{PAGE}picture.svg").status_code == 404


def test_after_the_password_a_code_is_asked_for(person: User) -> None:
    seed, _ = with_app(person)
    client = after_password(person)
    page = client.get(SECOND)
    assert texts_of(page, "h1") == ["Second step"]
    assert "Use a Passkey" not in text(page)
    client.post(SECOND, {"code": code(seed, 9)})
    assert not is_signed_in(client)
    client.post(SECOND, {"code": f" {code(seed)[:3]} {code(seed)[3:]} "})
    assert is_signed_in(client)


def test_a_code_signs_in_once_and_no_older_one_after_it(person: User) -> None:
    seed, _ = with_app(person)
    for steps, works in ((0, True), (0, False), (-1, False), (1, True), (0, False)):
        client = after_password(person)
        client.post(SECOND, {"code": code(seed, steps)})
        assert (steps, is_signed_in(client)) == (steps, works)


def test_wrong_codes_are_counted_from_everywhere_and_told(person: User) -> None:
    seed, _ = with_app(person)
    for number in range(5):
        client = after_password(person, REMOTE_ADDR=f"192.0.2.{number}")
        answer = client.post(SECOND, {"code": "000000"})
        assert "That code is not right" in text(answer)
    client = after_password(person, REMOTE_ADDR="198.51.100.1")
    assert "Wait 5 minutes" in text(client.post(SECOND, {"code": code(seed)}))
    assert not is_signed_in(client)
    assert refusals.flush()
    events = Event.objects.filter(target_uuid=person.uuid).exclude(after={})
    reasons = {event.after.get("reason") for event in events}
    assert {"wrong-code", "locked-out"} <= reasons


def test_fifty_wrong_codes_are_all_of_a_day(person: User, clock: Any) -> None:
    seed, _ = with_app(person)
    for _ in range(10):
        for number in range(5):
            client = after_password(person, REMOTE_ADDR=f"192.0.2.{number}")
            client.post(SECOND, {"code": "000000"})
        clock.shift(301)
    client = after_password(person)
    assert "Wait 24 hours" in text(client.post(SECOND, {"code": code(seed)}))
    clock.shift(86_400)
    client = after_password(person)
    client.post(SECOND, {"code": code(seed)})
    assert is_signed_in(client)


def test_no_page_opens_between_password_and_code(person: User) -> None:
    with_app(person)
    client = after_password(person)
    for path in ("/account/", "/account/security/", "/account/sessions/"):
        assert client.get(path)["Location"].startswith("/sign-in/")


def test_there_is_a_way_back_from_the_second_step(person: User) -> None:
    with_app(person)
    client = after_password(person)
    assert client.get("/sign-in/")["Location"] == SECOND
    assert "Back to Sign In" in text(client.get(SECOND))
    assert texts_of(client.post("/sign-in/anew/", follow=True), "h1") == ["Sign in"]
    assert client.get(SECOND)["Location"] == "/sign-in/"


def test_a_fresh_sign_in_may_be_a_code(person: User, clock: Any) -> None:
    seed, _ = with_app(person)
    client = after_password(person)
    client.post(SECOND, {"code": code(seed)})
    clock.shift(301)
    asked = client.get(REMOVAL, follow=True)
    assert "Use a code" in text(asked)
    by_code = "/account/sign-in-again/code/"
    answer = client.post(f"{by_code}?next={REMOVAL}", {"code": code(seed), "next": REMOVAL})
    assert answer["Location"] == REMOVAL
    assert client.get(REMOVAL).status_code == 200


def test_removing_the_app_signs_out_elsewhere_and_takes_the_recovery_codes_along(
    person: User,
) -> None:
    with_app(person)
    mails()
    here, there = browser(person, confirmed=True), browser(person)
    here.post(REMOVAL)
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert not Authenticator.objects.exists()
    assert Event.objects.filter(action="user:factor-removed").count() == 1
    client = browser()
    sign_in(client)
    assert is_signed_in(client)


def test_a_seed_is_nowhere_in_the_clear_and_opens_for_nobody_else(person: User) -> None:
    seed, codes = with_app(person)
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        kept = connection.connection.serialize()
    else:
        kept = repr(list(Authenticator.objects.values_list("data", flat=True))).encode()
    for text_ in (seed, *codes, *(each.replace("-", "") for each in codes)):
        assert text_.encode() not in kept
    other = User.objects.create(email="other@example.com", password=person.password)
    Authenticator.objects.filter(type="totp").update(user=other)
    client = browser()
    sign_in(client, other.email)
    client.post(SECOND, {"code": code(seed)})
    assert not is_signed_in(client)


def test_what_was_given_a_moment_ago_is_not_asked_for_again(person: User) -> None:
    client = browser()
    sign_in(client)
    assert client.get("/account/tokens/new/").status_code == 200
    confirm(client)
    older = browser(person)
    assert older.get("/account/tokens/new/")["Location"].startswith("/account/sign-in-again/")
