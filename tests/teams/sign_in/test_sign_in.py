"""Signing in, out and back in: django-allauth behind our pages."""

import pytest

from console.models import Event
from teams.models import User
from tests.browsers import browser, texts_of
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.teams.sign_in.signing_in import is_signed_in, refusal, sign_in


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


def test_signing_in_and_out_leaves_a_line_each(person: User) -> None:
    client = browser()
    sign_in(client)
    client.post("/sign-out/")
    events = Event.objects.filter(chain="site", target_uuid=person.uuid).order_by("number")
    assert [event.action for event in events] == ["user:signed-in", "user:signed-out"]
    assert {event.actor_uuid for event in events} == {person.uuid}


def test_a_second_tab_is_sent_on_when_the_first_has_signed_in(person: User) -> None:
    client = browser(enforce_csrf_checks=True)
    client.get("/sign-in/")
    client.force_login(person)
    sent = {
        "login": person.email,
        "password": "x",
        "next": "/account/",
        "csrfmiddlewaretoken": "b" * 32,
    }
    answer = client.post("/sign-in/", sent, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/"
    assert answer.status_code == 200


def test_a_form_of_somebody_else_leads_nowhere_else(person: User) -> None:
    client = browser(person, enforce_csrf_checks=True)
    sent = {"next": "https://evil.example.com/", "csrfmiddlewaretoken": "b" * 32}
    answer = client.post("/sign-in/", sent, follow=True)
    assert all(
        target.startswith("/") and not target.startswith("//")
        for target, _ in answer.redirect_chain
    )
