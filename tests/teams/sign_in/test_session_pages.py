"""Where somebody is signed in: what the page says, and that what is ended stays ended."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from console.models import Event, Session
from teams.models import User
from teams.sign_in.devices import device
from tests.browsers import browser, text, texts_of
from tests.factories import UserFactory
from tests.teams.sign_in.signing_in import is_signed_in, sign_in

COOKIE = settings.SESSION_COOKIE_NAME
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)


def entered(user: User, agent: str = LINUX, address: str = "192.0.2.1") -> Client:
    client = browser(REMOTE_ADDR=address, headers={"User-Agent": agent})
    sign_in(client, user.email)
    return client


def rows(client: Client) -> list[str]:
    page = text(client.get("/account/sessions/"))
    return re.findall(r"<tr> <th scope=\"row\".*?</tr>", page)


def ends(client: Client) -> list[str]:
    return re.findall(
        r'action="(/account/sessions/[0-9a-f-]+/end/)"', text(client.get("/account/sessions/"))
    )


def open_page(client: Client) -> Any:
    return client.get("/account/")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (LINUX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        (WINDOWS, "Chrome on Windows"),
        (WINDOWS + " Edg/140.0.0.0", "Edge on Windows"),
        (WINDOWS.replace("Windows NT 10.0; Win64; x64", "Linux; Android 15"), "Chrome on Android"),
        (WINDOWS.replace("Windows NT 10.0; Win64; x64", "X11; CrOS x86_64"), "Chrome on ChromeOS"),
        ("curl/8.5.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, words: str) -> None:
    assert device(agent) == words


def test_the_page_says_where_one_is_signed_in(person: User) -> None:
    entered(person, PHONE, "192.0.2.2")
    entered(UserFactory(email="other@example.com"), WINDOWS)
    here = entered(person)
    this, other = rows(here)
    for row, words in ((this, ("Firefox on Linux", "192.0.2.1")), (other, ("Safari on iPhone",))):
        assert all(word in row for word in words)
    assert "This browser" in this
    assert "This browser" not in other
    assert "192.0.2.2" in other


def test_a_browser_that_is_signed_out_stays_out(person: User) -> None:
    here, there = entered(person), entered(person, PHONE, "192.0.2.2")
    (end,) = ends(here)
    assert here.post(end)["Location"] == "/account/sessions/"
    assert open_page(there).status_code == 302
    assert open_page(here).status_code == 200
    event = Event.objects.get(action="user:session-ended")
    assert (event.actor_label, event.target_uuid) == (person.email, person.uuid)
    assert event.before == {"device": "Safari on iPhone", "address": "192.0.2.2"}
    assert here.post(end).status_code == 404


def test_nobody_ends_the_session_of_somebody_else(person: User) -> None:
    here, there = entered(person), entered(person)
    stranger = browser(UserFactory())
    (end,) = ends(here)
    assert stranger.post(end).status_code == 404
    assert stranger.get(end).status_code == 405
    assert open_page(there).status_code == 200


def test_signing_out_everywhere_ends_this_browser_as_well(person: User) -> None:
    here, there = entered(person), entered(person, PHONE)
    other = browser(UserFactory())
    keys = [client.cookies[COOKIE].value for client in (here, there)]
    page = here.post("/account/sessions/end/", follow=True)
    assert texts_of(page, "h1") == ["Sign in"]
    assert "You are signed out everywhere." in text(page)
    for key in keys:
        client = browser()
        client.cookies[COOKIE] = key
        assert open_page(client).status_code == 302
    assert open_page(other).status_code == 200
    assert Event.objects.get(action="user:sessions-ended").before == {"number": 2}


def test_a_changed_password_leaves_no_other_session_in_the_list(person: User) -> None:
    here = entered(person)
    entered(person, PHONE)
    new = "another long enough phrase"
    here.post(
        "/account/password/",
        {"oldpassword": "a long enough phrase", "password1": new, "password2": new},
    )
    assert len(rows(here)) == 1
    assert Session.objects.held_by(person.pk).count() == 1


def test_an_operator_signs_a_person_out(person: User) -> None:
    here, there, other = entered(person), entered(person), browser(UserFactory())
    said = io.StringIO()
    call_command("end_sessions", "Person@example.com", stdout=said)
    assert said.getvalue() == "2 browsers were signed out\n"
    assert [open_page(it).status_code for it in (here, there, other)] == [302, 302, 200]
    event = Event.objects.get(action="user:sessions-ended")
    assert (event.actor_label, event.target_uuid) == ("operator", person.uuid)
    call_command("end_sessions", "--everybody", stdout=said)
    assert open_page(other).status_code == 302
    with pytest.raises(CommandError, match="no account"):
        call_command("end_sessions", "nobody@example.com")


def test_a_key_from_before_the_sign_in_opens_nothing(person: User) -> None:
    client = browser()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[COOKIE] = planted = str(session.session_key)
    sign_in(client)
    assert is_signed_in(client)
    thief = browser()
    thief.cookies[COOKIE] = planted
    assert open_page(thief).status_code == 302
    assert client.cookies[COOKIE].value != planted


def test_being_seen_is_written_once_in_two_minutes(person: User) -> None:
    client, now = entered(person), timezone.now()
    for minutes, writes in ((1, 0), (3, 1), (4, 0), (6, 1)):
        with travel(now + timedelta(minutes=minutes), tick=False):
            with CaptureQueriesContext(connection) as asked:
                open_page(client)
            updates = [it for it in asked if it["sql"].startswith("UPDATE")]
            assert (minutes, len(updates)) == (minutes, writes)


def test_the_list_takes_the_same_queries_for_many_sessions(person: User) -> None:
    here, counts = entered(person), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            here.get("/account/sessions/")
        counts.append(len(asked))
        for _ in range(3):
            browser(person)
    assert counts[0] == counts[1]


def test_the_table_does_not_say_whose_a_session_is(person: User) -> None:
    entered(person, address="192.0.2.77")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {Session._meta.db_table}")
        kept = repr(cursor.fetchall())
    assert "192.0.2.77" not in kept
    assert "Firefox" not in kept
    assert f"'{person.pk}'" not in kept
