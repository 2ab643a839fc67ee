"""Signing in, out and back in: django-allauth behind our pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from console.mail.outbox import send_due
from console.models import Event
from teams.models import User
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory

NEW = "another long enough phrase"


@pytest.fixture
def person(db: None) -> User:
    made: User = UserFactory(email="person@example.com", password=PASSWORD)
    return made


def sign_in(
    client: Client, email: str = "person@example.com", password: str = PASSWORD, **more: str
) -> Any:
    return client.post("/sign-in/", {"login": email, "password": password} | more)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "email", ["person@example.com", "Person@Example.COM", " person@example.com "]
)
def test_the_case_of_the_address_is_of_no_matter(person: User, email: str) -> None:
    client = browser()
    answer = sign_in(client, email)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_a_new_session_begins_at_sign_in(person: User) -> None:
    client = browser()
    client.get("/sign-in/")
    planted = "planted" * 4
    client.cookies["roster-session"] = planted
    sign_in(client)
    assert client.cookies["roster-session"].value != planted


def refusal(email: str, password: str, address: str = "192.0.2.9") -> tuple[int, list[str]]:
    client = browser(REMOTE_ADDR=address)
    answer = sign_in(client, email, password)
    assert not is_signed_in(client)
    page = re.sub(r'value="[^"]*"', "", text(answer))
    return answer.status_code, re.findall(r"<li>.*?</li>|field-error.*?</p>", page, re.DOTALL)


def test_a_refusal_does_not_say_whether_the_account_exists(person: User) -> None:
    wrong = refusal("person@example.com", "not the password")
    assert wrong == refusal("nobody@example.com", "not the password")
    assert wrong[0] in {200, 422}
    assert wrong[1]


def test_a_disabled_person_does_not_sign_in(person: User) -> None:
    User.objects.update(is_active=False)
    client = browser()
    answer = sign_in(client)
    assert not is_signed_in(client)
    assert answer.get("Location") in {None, "/account/inactive/"}


def test_who_is_disabled_is_out_at_the_next_request(cast: Cast) -> None:
    client = browser(cast.owner)
    assert client.get("/o/acme/").status_code == 200
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert client.get("/o/acme/").status_code == 302


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://testserver.evil.example/",
        "\thttps://evil.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(person: User, to: str) -> None:
    assert sign_in(browser(), next=to)["Location"] == "/"
    client = browser(person)
    assert client.post("/theme/", {"theme": "dark", "next": to})["Location"] == "/"
    assert client.get("/sign-in/", {"next": to})["Location"] == "/"
    assert client.post("/sign-out/", {"next": to})["Location"] == "/"


def test_one_goes_on_to_where_one_wanted(person: User) -> None:
    assert sign_in(browser(), next="/account/")["Location"] == "/account/"


WAIT = "Too many failed attempts. Wait five minutes, then try again."


def test_after_five_failures_the_right_password_comes_too_late(person: User) -> None:
    client = browser()
    for _ in range(5):
        assert WAIT not in text(sign_in(client, password="not the password"))
    assert WAIT in text(sign_in(client))
    assert not is_signed_in(client)


def test_the_lock_out_ends(person: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(6):
            sign_in(browser(), password="not the password")
        clock.move_to(start + timedelta(seconds=301))
        client = browser()
        sign_in(client)
        assert is_signed_in(client)


def test_a_lock_out_is_the_same_for_an_account_that_does_not_exist(person: User) -> None:
    known, unknown = (
        [refusal(email, "not the password", address) for _ in range(6)]
        for email, address in (
            ("person@example.com", "192.0.2.1"),
            ("nobody@example.com", "192.0.2.2"),
        )
    )
    assert known == unknown
    assert WAIT in str(known[-1])


def test_nobody_signs_up_by_themselves(person: User) -> None:
    client = browser()
    data = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (client.get("/sign-up/"), client.post("/sign-up/", data)):
        assert texts_of(answer, "h1") == ["By invitation only"]
    assert list(User.objects.values_list("email", flat=True)) == ["person@example.com"]


def test_signing_out_takes_a_form(person: User) -> None:
    client = browser(person)
    assert client.get("/sign-out/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/sign-out/").status_code == 302
    assert not is_signed_in(client)


def change_password(client: Client, **changes: str) -> Any:
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | changes
    return client.post("/account/password/", data)


def test_changing_the_password_ends_every_other_session(person: User) -> None:
    here, there = browser(person), browser(person)
    assert change_password(here).status_code == 302
    assert User.objects.get().check_password(NEW)
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"oldpassword": "not the password"},
        {"oldpassword": ""},
        {"password2": "something else here"},
        {"password1": "short", "password2": "short"},
        {"password1": "person@example.com", "password2": "person@example.com"},
    ],
)
def test_a_wrong_change_of_the_password_changes_nothing(
    person: User, changes: dict[str, str]
) -> None:
    answer = change_password(browser(person), **changes)
    assert answer.status_code in {200, 422}
    assert NEW not in text(answer)
    assert User.objects.get().check_password(PASSWORD)


def mails() -> list[EmailMessage]:
    """What went out once the outbox was emptied; nothing is sent by a page itself."""
    assert mail.outbox == []
    send_due()
    sent: list[EmailMessage] = mail.outbox
    return sent


def test_a_forgotten_password_is_set_anew_by_mail(person: User) -> None:
    client = browser()
    client.post("/password/", {"email": "Person@example.com"})
    (message,) = mails()
    assert message.to == ["person@example.com"]
    (link,) = re.findall(r"http://\S+?(/password/\S+)", str(message.body))
    where = client.get(link)["Location"]
    done = client.post(where, {"password1": NEW, "password2": NEW})
    assert done["Location"] == "/password/changed/"
    assert User.objects.get().check_password(NEW)
    used = browser()
    assert used.get(link).status_code == 200
    assert not texts_of(used.get(link), "form")


@pytest.mark.parametrize("email", ["person@example.com", "nobody@example.com"])
@pytest.mark.parametrize("host", ["127.0.0.1:6666", "localhost:6666"])
def test_the_links_of_letters_are_to_the_origin_whatever_was_asked(
    person: User, email: str, host: str
) -> None:
    browser(headers={"Host": host}).post("/password/", {"email": email})
    (message,) = mails()
    letter = f"{message.subject} {message.body}"
    assert "6666" not in letter
    assert re.findall(r"http://[^/\s]+", letter) == [settings.ROSTER_ORIGIN]


def test_asking_for_a_new_password_does_not_say_whether_the_account_exists(person: User) -> None:
    known, unknown = (
        browser().post("/password/", {"email": email})
        for email in ("person@example.com", "nobody@example.com")
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert mails()[0].to == ["person@example.com"]


def test_a_disabled_person_gets_no_link(person: User) -> None:
    User.objects.update(is_active=False)
    browser().post("/password/", {"email": "person@example.com"})
    assert not any("/password/" in str(message.body) for message in mails())


def test_signing_in_and_out_leaves_a_line_each(person: User) -> None:
    client = browser()
    sign_in(client)
    client.post("/sign-out/")
    events = Event.objects.filter(chain="site", target_uuid=person.uuid).order_by("number")
    assert [event.action for event in events] == ["user:signed-in", "user:signed-out"]
    assert {event.actor_uuid for event in events} == {person.uuid}
