"""The one-time link that makes the first owner."""

import pytest

from teams.models import User
from teams.users.services import setup_key
from tests.browsers import browser, text, texts_of
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def form(**changes: str) -> dict[str, str]:
    return {"name": "First", "email": "First@Example.com", "password": PASSWORD} | changes


def address() -> str:
    return f"/setup/{setup_key()}/"


def test_the_link_makes_the_operator_and_signs_in() -> None:
    client, link = browser(), address()
    assert texts_of(client.get(link), "h1") == ["Create the first owner"]
    response = client.post(link, form())
    user = User.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/organizations/new/")
    assert (user.email, user.is_superuser) == ("first@example.com", True)
    assert client.get("/organizations/new/").status_code == 200
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_link_works_once() -> None:
    client, link = browser(), address()
    client.post(link, form())
    for later in (client, browser()):
        assert later.get(link).status_code == 404
        assert later.post(link, form(email="second@example.com")).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize("key", ["x", "0" * 64, "first-owner", "A" * 64])
def test_another_key_opens_nothing(key: str) -> None:
    assert browser().get(f"/setup/{key}/").status_code == 404
    assert browser().post(f"/setup/{key}/", form()).status_code == 404
    assert not User.objects.exists()


def test_once_anybody_exists_the_link_is_gone() -> None:
    link = address()
    UserFactory()
    assert browser().get(link).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "password1234"}, "too common"),
        ({"password": "first@example.com"}, "too similar to the"),
        ({"password": ""}, "This field is required."),
        ({"password": "x" * 129}, "at most 128 characters"),
        ({"email": "first"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
        ({"name": "a\u202eb"}, "reading direction"),
    ],
)
def test_a_wrong_form_makes_nobody(changes: dict[str, str], words: str) -> None:
    answer = browser().post(address(), form(**changes))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not User.objects.exists()


def test_a_password_is_never_sent_back() -> None:
    answer = browser().post(address(), form(email="x"))
    assert answer.status_code == 422
    assert PASSWORD not in text(answer)


def test_the_page_is_kept_by_nobody() -> None:
    assert "no-store" in browser().get(address())["Cache-Control"]
