"""The keys of sessions and of links: where they may be, and that the database is not such a place."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from console.mail.outbox import send_due
from console.sessions import SessionStore
from teams.members.services import invite
from teams.models import User
from teams.users.services import setup_key
from tests.browsers import CheckedClient, text
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory
from tests.leak_search import Haystack
from tests.robots.tokens.links import made, opened

NEW = "another long enough phrase"


class Remembering(CheckedClient):
    """A browser that remembers the key of every session it was given."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.keys: list[str] = []

    def request(self, **request: object) -> Any:
        response = super().request(**request)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie and cookie.value:
            self.keys.append(cookie.value)
        return response


@pytest.fixture
def client() -> Remembering:
    return Remembering()


@pytest.fixture
def person(db: None) -> User:
    """Asked for ahead of the haystack: the factory logs the password."""
    user: User = UserFactory(email="person@example.com", password=PASSWORD)
    return user


def sign_in(client: Client, email: str) -> None:
    answer = client.post("/sign-in/", {"login": email, "password": PASSWORD})
    assert answer.status_code == 302, text(answer)


def test_signing_in_leaves_no_key_of_a_session(
    person: User, client: Remembering, haystack: Haystack
) -> None:
    client.get("/account/")
    sign_in(client, person.email)
    assert client.get("/account/").status_code == 200
    change = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/account/password/", change).status_code == 302
    assert len(set(client.keys)) > 1
    assert SessionStore(client.keys[-1]).get("_auth_user_id") == str(person.pk)
    assert haystack.finds(*client.keys, PASSWORD, NEW) == []


def test_a_followed_invitation_lies_sealed_in_the_session_and_nowhere_else(
    cast: Cast, client: Remembering, haystack: Haystack
) -> None:
    found = invite(
        actor=cast.owner, organization=cast.organization, email="new@example.com", role="member"
    )
    key = found.key()
    client.get(reverse("teams:invitation", args=[found.uuid, key]))
    assert haystack.finds(key) == ["sessions"]
    page = reverse("teams:invitation-accept", args=[found.uuid])
    assert client.post(page, {"name": "New", "password": PASSWORD}).status_code == 302
    assert User.objects.get(email="new@example.com").memberships.exists()
    assert client.keys
    assert haystack.finds(key, *client.keys, PASSWORD) == []


def test_an_invitation_to_an_account_waits_sealed_while_one_signs_in(
    cast: Cast, person: User, client: Remembering, haystack: Haystack
) -> None:
    found = invite(
        actor=cast.owner, organization=cast.organization, email=person.email, role="member"
    )
    key = found.key()
    asked = client.get(reverse("teams:invitation", args=[found.uuid, key]), follow=True)
    assert asked.redirect_chain[-1][0].startswith("/sign-in/")
    sign_in(client, person.email)
    assert haystack.finds(key) == ["sessions"]
    assert client.post(reverse("teams:invitation-accept", args=[found.uuid])).status_code == 302
    assert haystack.finds(key, *client.keys, PASSWORD) == []


def test_a_followed_link_for_a_new_password_lies_sealed_in_the_session_and_in_its_letter(
    person: User, client: Remembering, haystack: Haystack
) -> None:
    client.post("/password/", {"email": person.email})
    send_due()
    ((link, key),) = re.findall(r"http://\S+?(/password/\w+-(\S+)/)", str(mail.outbox[0].body))
    assert haystack.finds(key) == ["mail"]
    page = client.get(link)["Location"]
    assert key not in page
    assert haystack.finds(key) == ["sessions", "mail"]
    assert client.post(page, {"password1": NEW, "password2": NEW}).status_code == 302
    assert client.keys
    assert haystack.finds(*client.keys, PASSWORD, NEW) == []


def test_the_set_up_link_is_nowhere(db: None, client: Remembering, haystack: Haystack) -> None:
    key = str(setup_key())
    assert client.get(f"/setup/{key}/").status_code == 200
    form = {"name": "First", "email": "first@example.com", "password": PASSWORD}
    assert client.post(f"/setup/{key}/", form).status_code == 302
    assert client.keys
    assert haystack.finds(key, *client.keys, PASSWORD) == []


@pytest.mark.parametrize("is_opened", [True, False])
def test_a_hand_over_link_is_nowhere(
    cast: Cast, as_owner: Client, haystack: Haystack, is_opened: bool
) -> None:
    link, stranger = made(as_owner, cast), Remembering()
    key = link.rstrip("/").rsplit("/", 1)[-1]
    if is_opened:
        assert opened(stranger, link).status_code == 200
    else:
        assert stranger.get(link, follow=True).status_code == 200
    own = as_owner.cookies[settings.SESSION_COOKIE_NAME].value
    assert haystack.finds(key, own, *stranger.keys) == []
