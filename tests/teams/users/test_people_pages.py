"""People of the whole installation, as operators see them, and what they can do to accounts."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import Settings

from console import keyring
from console.errors import Conflict
from console.mail.outbox import SEALING
from console.models import Event, OutgoingMail, Session
from robots.tokens.services.tokens import create_personal_token
from teams.models import User
from teams.users.services import (
    demote_person,
    disable_person,
    enable_person,
    end_sessions,
    promote_person,
    send_password_link,
)
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import PASSWORD

PEOPLE = "/site/people/"


@pytest.fixture
def operator(cast: Cast) -> Client:
    return browser(cast.operator, confirmed=True)


def page_of(person: User, more: str = "") -> str:
    return f"{PEOPLE}{person.uuid}/{more}"


def actions() -> list[str]:
    return list(Event.objects.order_by("-id").values_list("action", flat=True)[:1])


def test_people_are_found_by_name_and_address(cast: Cast, operator: Client) -> None:
    everybody, found = text(operator.get(PEOPLE)), text(operator.get(f"{PEOPLE}?q=stranger"))
    assert "owner@example.com" in everybody
    assert "operator@example.com · operator" in everybody
    assert ("stranger@example.com" in found, "owner@example.com" in found) == (True, False)
    assert "Nobody matches" in text(operator.get(f"{PEOPLE}?q=nobody-of-this-name"))


def test_a_person_is_shown_with_organizations_and_sessions(cast: Cast, operator: Client) -> None:
    browser(cast.owner)
    page = text(operator.get(page_of(cast.owner)))
    assert "1 session" in page
    assert "Acme" in page


def test_a_disabled_account_is_shut_and_says_what_ended(cast: Cast, operator: Client) -> None:
    theirs = browser(cast.owner, confirmed=True)
    minted = create_personal_token(actor=cast.owner, name="laptop")
    bearer = {"Authorization": f"Bearer {minted.plaintext.reveal()}"}
    question = text(operator.get(page_of(cast.owner, "suspension/")))
    assert "Nobody else owns Acme" in question
    assert "1 session signed in: ended for good" in question
    assert "API tokens (1): refused until" in question
    assert Client().get("/api/v1/me/", headers=bearer).status_code != 401
    operator.post(page_of(cast.owner, "suspension/"))
    assert actions() == ["user:disabled"]
    assert theirs.get("/account/").status_code == 302
    assert Client().get("/api/v1/me/", headers=bearer).status_code == 401
    answer = Client().post("/sign-in/", {"login": cast.owner.email, "password": PASSWORD})
    assert "sessionid" not in answer.cookies
    number = Event.objects.count()
    operator.post(page_of(cast.owner, "suspension/"))
    assert Event.objects.count() == number


def test_an_enabled_account_opens_again_and_old_sessions_do_not(
    cast: Cast, operator: Client
) -> None:
    theirs = browser(cast.member)
    operator.post(page_of(cast.member, "suspension/"))
    assert "Enable Account" in text(operator.get(page_of(cast.member)))
    operator.post(page_of(cast.member, "resumption/"))
    assert actions() == ["user:enabled"]
    assert theirs.get("/account/").status_code == 302
    assert browser(cast.member).get("/account/").status_code == 200


def test_a_person_is_signed_out_everywhere(cast: Cast, operator: Client) -> None:
    first, second, other = browser(cast.member), browser(cast.member), browser(cast.owner)
    assert "2 sessions will end at once" in text(operator.get(page_of(cast.member, "sessions/")))
    operator.post(page_of(cast.member, "sessions/"))
    assert [each.get("/account/").status_code for each in (first, second, other)] == [302, 302, 200]
    event = Event.objects.latest("id")
    assert (event.action, event.after) == ("user:sessions-ended", {"number": 2})


def test_a_link_goes_to_the_person_alone_and_works_once(cast: Cast, operator: Client) -> None:
    answer = operator.post(page_of(cast.member, "password-link/"), follow=True)
    assert "goes to member@example.com" in text(answer)
    assert actions() == ["user:link-sent"]
    letter = OutgoingMail.objects.latest("id")
    body = keyring.decrypt(
        SEALING, letter.root_number, bytes(letter.sealed), str(letter.uuid)
    ).decode()
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/password/\S+)", body)
    assert (letter.recipient, link in text(answer)) == ("member@example.com", False)
    visitor = Client()
    form = visitor.get(link, follow=True)
    chosen = {"password1": "another long phrase", "password2": "another long phrase"}
    visitor.post(form.redirect_chain[-1][0], chosen)
    assert User.objects.get(pk=cast.member.pk).check_password("another long phrase")
    assert "another long phrase" not in str(Event.objects.latest("id").after)


def test_without_a_mail_server_no_link_is_offered(
    cast: Cast, operator: Client, settings: Settings
) -> None:
    assert "Send Password Link" in text(operator.get(page_of(cast.member)))
    settings.ROSTER_SENDS_MAIL = False
    assert "Send Password Link" not in text(operator.get(page_of(cast.member)))


def test_nobody_does_this_to_their_own_account(cast: Cast, operator: Client) -> None:
    own = text(operator.get(page_of(cast.operator)))
    assert ("Disable Account" in own, "Sign Out Everywhere" in own) == (False, False)
    assert operator.post(page_of(cast.operator, "suspension/")).status_code == 409
    assert User.objects.get(pk=cast.operator.pk).is_active


def test_services_ask_themselves_who_acts(cast: Cast) -> None:
    changes = (disable_person, enable_person, promote_person, demote_person)
    for change in (*changes, end_sessions, send_password_link):
        with pytest.raises(PermissionDenied):
            change(actor=cast.owner, person=cast.member)
    for taken_away in ({"is_superuser": False}, {"is_superuser": True, "is_active": False}):
        User.objects.filter(pk=cast.operator.pk).update(**taken_away)
        with pytest.raises(Conflict, match="ended meanwhile"):
            end_sessions(actor=cast.operator, person=cast.member)


def test_without_a_fresh_sign_in_nothing_happens(cast: Cast) -> None:
    stale, number = browser(cast.operator), Session.objects.count()
    for change in ("suspension/", "resumption/", "sessions/", "password-link/"):
        assert "/account/sign-in-again/" in stale.post(page_of(cast.member, change))["Location"]
    assert User.objects.get(pk=cast.member.pk).is_active
    assert Session.objects.count() >= number
