"""Passkeys: one alone signs in, after the user was verified, for our pages, each answer once."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from console.models import Event
from teams.models import User
from tests.authenticators import PRESENT, Passkey
from tests.browsers import signed_in_by_code, text, texts_of
from tests.factories import UserFactory
from tests.teams.sign_in.factors import (
    HOST,
    ORIGIN,
    asked,
    enter,
    question_of,
    send_new,
    visitor,
    with_passkey,
)
from tests.teams.sign_in.signing_in import is_signed_in, mails, sign_in

SECOND, AGAIN = "/sign-in/code/", "/account/sign-in-again/passkey/"
NOT_TAKEN = "That passkey was not taken."


def test_a_passkey_alone_signs_in(person: User) -> None:
    passkey = with_passkey(person)
    client = visitor()
    answer = enter(client, passkey.says(asked(client)), next="/account/tokens/")
    assert is_signed_in(client)
    assert answer["Location"] == "/account/tokens/"
    assert Event.objects.filter(action="user:signed-in", target_uuid=person.uuid).count() == 1


def test_adding_the_first_one_gives_recovery_codes_an_event_and_a_letter(person: User) -> None:
    answer = send_new(visitor(person), Passkey(ORIGIN), "my laptop")
    assert texts_of(answer, "h1") == ["Save your recovery codes"]
    (event,) = Event.objects.filter(action="user:factor-added")
    assert (event.actor_label, event.after) == (person.email, {"factor": "the passkey my laptop"})
    (letter,) = mails()
    assert letter.subject == "Your Roster account has got the passkey my laptop"
    again = send_new(visitor(person), Passkey(ORIGIN), "telephone")
    assert texts_of(again, "h1") == ["Sign-in and security"]


def test_with_a_passkey_the_password_alone_does_not_sign_in(person: User) -> None:
    passkey = with_passkey(person)
    client = visitor()
    assert sign_in(client)["Location"] == SECOND
    said = passkey.says(question_of(client.get(SECOND)))
    client.post(SECOND, {"credential": json.dumps(said)})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "changes",
    [{"flags": PRESENT}, {"origin": "https://evil.example.com"}, {"origin": f"http://sub.{HOST}"}],
)
def test_one_that_did_not_verify_or_is_for_another_page_is_refused(
    person: User, changes: dict[str, Any]
) -> None:
    passkey = with_passkey(person)
    for name, own in changes.items():
        setattr(passkey, name, own)
    client = visitor()
    enter(client, passkey.says(asked(client)))
    assert not is_signed_in(client)
    assert NOT_TAKEN in text(client.get("/sign-in/"))
    answer = send_new(visitor(person), Passkey(**({"origin": ORIGIN} | changes)))
    assert NOT_TAKEN in text(answer)
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_an_answer_is_taken_once_and_for_its_question_alone(person: User) -> None:
    passkey = with_passkey(person)
    client = visitor()
    older = asked(client)
    said = passkey.says(asked(client))
    enter(client, passkey.says(older))
    assert not is_signed_in(client)
    enter(client, said)
    assert not is_signed_in(client)
    said = passkey.says(asked(client))
    enter(client, said)
    assert is_signed_in(client)
    other = visitor()
    enter(other, said)
    asked(other)
    enter(other, said)
    assert not is_signed_in(other)


def test_somebody_elses_key_opens_nothing(person: User) -> None:
    own, thief = with_passkey(person), with_passkey(UserFactory(email="thief@example.com"))
    client = visitor()
    thief.user = own.user
    enter(client, thief.says(asked(client)))
    assert not is_signed_in(client)
    thief.number = own.number
    enter(client, thief.says(asked(client)))
    assert not is_signed_in(client)


def test_a_disabled_person_is_not_let_in(person: User) -> None:
    passkey = with_passkey(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = visitor()
    enter(client, passkey.says(asked(client)))
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "sent",
    ["", "nonsense", "[]", "{}", '{"response": {}}', '{"response": {"clientDataJSON": "e30"}}'],
)
def test_what_is_no_answer_of_a_passkey_is_refused(person: User, sent: str) -> None:
    with_passkey(person)
    client = visitor()
    asked(client)
    assert client.post("/sign-in/passkey/", {"credential": sent}).status_code == 302
    assert not is_signed_in(client)
    page = visitor(person)
    new = "/account/security/passkeys/new/"
    page.get(new)
    assert page.post(new, {"name": "x", "credential": sent}).status_code == 422


def test_a_fresh_sign_in_may_be_a_passkey(person: User) -> None:
    passkey = with_passkey(person)
    (row,) = Authenticator.objects.filter(type="webauthn")
    removal = f"/account/security/passkeys/{row.pk}/delete/"
    client = visitor()
    enter(client, passkey.says(asked(client)))
    session = client.session
    session.update(signed_in_by_code(session["_auth_user_id"]))
    session.save()
    assert "Use a passkey" in text(client.get(removal, follow=True))
    said = passkey.says(question_of(client.get(f"{AGAIN}?next={removal}")))
    answer = client.post(AGAIN, {"credential": json.dumps(said), "next": removal})
    assert answer["Location"] == removal
    assert client.get(removal).status_code == 200


def test_a_passkey_is_renamed_and_removed(person: User) -> None:
    passkey = with_passkey(person)
    here, there = visitor(person), visitor(person)
    (row,) = Authenticator.objects.filter(type="webauthn")
    page = f"/account/security/passkeys/{row.pk}/"
    assert here.post(page, {"name": ""}).status_code == 422
    here.post(page, {"name": "desk"})
    assert "desk" in text(here.get("/account/security/"))
    (event,) = Event.objects.filter(action="user:passkey-renamed")
    assert (event.before, event.after) == ({"name": "laptop"}, {"name": "desk"})
    assert visitor(UserFactory()).post(f"{page}delete/").status_code == 404
    here.post(f"{page}delete/")
    assert there.get("/account/").status_code == 302
    client = visitor()
    enter(client, passkey.says(asked(client)))
    assert not is_signed_in(client)
    assert not Authenticator.objects.exists()
