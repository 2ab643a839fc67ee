"""Changing a password, and setting one anew by a link: what is done, and who is told."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from console.mail.outbox import send_due
from console.models import Event, OutgoingMail
from teams.members.services import invite
from teams.models import User
from teams.users.services import set_password
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.teams.sign_in.signing_in import is_signed_in, mails, sign_in

NEW = "another long enough phrase"


def change_password(client: Client, **changes: str) -> Any:
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | changes
    return client.post("/account/password/", data)


def test_changing_the_password_ends_every_other_session(person: User) -> None:
    here, there = browser(person), browser(person)
    assert "Every other browser is signed out." in text(here.get("/account/password/"))
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


def test_whoever_changes_their_password_gets_a_letter_and_one_event(person: User) -> None:
    client = browser(person, REMOTE_ADDR="192.0.2.9")
    change_password(client)
    (event,) = Event.objects.filter(action="user:password-changed")
    assert (event.actor_label, event.target_uuid) == ("person@example.com", person.uuid)
    (letter,) = mails()
    assert (letter.to, letter.subject) == ([person.email], "Your Roster password was changed")
    assert "from 192.0.2.9" in letter.body
    assert f"{settings.ROSTER_ORIGIN}/password/" in letter.body
    assert f"{settings.ROSTER_ORIGIN}/account/tokens/" in letter.body
    assert PASSWORD not in letter.body
    assert NEW not in letter.body


def test_a_change_that_fails_tells_nobody(person: User) -> None:
    change_password(browser(person), oldpassword="not the password")
    assert not mails()
    assert not Event.objects.filter(action="user:password-changed")


def test_no_password_changes_without_its_letter(person: User) -> None:
    User.objects.update(email="nowhere")
    person.refresh_from_db()
    with pytest.raises(ValidationError, match="valid email address"):
        set_password(actor=person, user=person, password=NEW)
    assert User.objects.get().check_password(PASSWORD)
    assert not Event.objects.exists()


def ask_for_link(email: str = "person@example.com", **came: Any) -> Any:
    return browser(**came).post("/password/", {"email": email})


def follow(link: str) -> Client:
    """Open the page of a link, and set the new password there."""
    client = browser()
    where = client.get(link)["Location"]
    done = client.post(where, {"password1": NEW, "password2": NEW})
    assert done["Location"] == "/password/changed/"
    return client


def test_a_forgotten_password_is_set_anew_by_mail(person: User) -> None:
    ask_for_link("Person@example.com")
    (message,) = mails()
    assert (message.to, message.subject) == (
        ["person@example.com"],
        "Set a new password for Roster",
    )
    (link,) = re.findall(r"http://\S+?(/password/\S+)", str(message.body))
    follow(link)
    assert User.objects.get().check_password(NEW)
    used = browser()
    assert used.get(link).status_code == 200
    assert not texts_of(used.get(link), "form")
    send_due()
    assert mail.outbox[1].subject == "Your Roster password was changed"


@pytest.mark.parametrize("host", ["127.0.0.1:6666", "localhost:6666"])
def test_the_links_of_letters_are_to_the_origin_whatever_was_asked(person: User, host: str) -> None:
    ask_for_link(headers={"Host": host})
    (message,) = mails()
    letter = f"{message.subject} {message.body}"
    assert "6666" not in letter
    assert re.findall(r"http://[^/\s]+", letter) == [settings.ROSTER_ORIGIN]


def test_nobody_gets_a_letter_who_has_no_account(person: User) -> None:
    User.objects.create(email="disabled@example.com", is_active=False)
    for email in ("nobody@example.com", "disabled@example.com"):
        ask_for_link(email)
    assert not mails()
    assert not OutgoingMail.objects.exists()


def test_asking_for_a_new_password_does_not_say_whether_the_account_exists(person: User) -> None:
    asked, answers = [], []
    for email, address in (
        ("person@example.com", "192.0.2.1"),
        ("nobody@example.com", "192.0.2.2"),
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = ask_for_link(email, REMOTE_ADDR=address)
        answers.append((answer.status_code, answer["Location"]))
        # What is asked of the database, and so how long it takes, is the same to the last step.
        statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        asked.append([statement.split()[0] for statement in statements])
    assert answers[0] == answers[1]
    assert asked[0] == asked[1]
    assert mails()[0].to == ["person@example.com"]


@pytest.fixture
def _without_mail(settings: Settings) -> None:
    settings.ROSTER_SENDS_MAIL = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


@pytest.mark.usefixtures("_without_mail")
def test_without_mail_no_link_is_kept_or_printed_and_pages_say_whom_to_ask(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    client = browser(cast.owner)
    new = "/o/acme/users/invitations/new/"
    assert "No e-mail is sent here" in text(client.get(new))
    invited = client.post(new, {"email": "new@example.com", "role": "member"}, follow=True)
    assert "new@example.com is invited. Ask the operator for the link" in text(invited)
    (page, done) = (browser().get("/password/"), ask_for_link("owner@example.com"))
    assert "This installation sends no e-mail." in text(page)
    assert "Send Link" not in text(page)
    assert texts_of(browser().get(done["Location"]), "h1") == ["No e-mail is sent here"]
    call_command("run_jobs", "send-mail")
    assert not OutgoingMail.objects.exists()
    assert capsys.readouterr().out == ""


def shown(email: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The paths of the links that the operator is shown."""
    call_command("account_link", email)
    return re.findall(rf"{settings.ROSTER_ORIGIN}(\S+)", capsys.readouterr().out)


@pytest.mark.usefixtures("_without_mail")
def test_the_operator_hands_over_links_instead(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.owner.set_password(PASSWORD)
    cast.owner.save()
    invite(actor=cast.owner, organization=cast.organization, email="new@example.com", role="member")
    (joining,) = shown("New@example.com", capsys)
    assert "invitation-accept" not in joining
    assert browser().get(joining, follow=True).status_code == 200
    (setting,) = shown("owner@example.com", capsys)
    follow(setting)
    client = browser()
    sign_in(client, "owner@example.com", NEW)
    assert is_signed_in(client)
    actions = Event.objects.filter(action__endswith=":link-shown").order_by("id")
    assert [(event.actor_label, event.target_label) for event in actions] == [
        ("operator", "new@example.com to acme"),
        ("operator", "owner@example.com"),
    ]


@pytest.mark.parametrize("email", ["nobody@example.com", "disabled@example.com"])
def test_there_is_no_link_for_strangers(
    cast: Cast, email: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="neither an account nor an open invitation"):
        shown(email, capsys)
