"""Links of letters, opened by what scans mail before anybody reads it: that uses none of them up."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from teams.models import User
from teams.users.services import setup_key
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory
from tests.robots.tokens.links import made, opened
from tests.snapshots import rows
from tests.teams.members.test_invitation import invited, link, page
from tests.teams.sign_in.signing_in import mails
from tests.teams.sign_in.test_passwords import NEW, ask_for_link, follow


def scan(address: str) -> None:
    """As programs do that look for what is dangerous: HEAD and GET, with and without redirects, and twice."""
    for _ in range(2):
        for client in (
            browser(),
            browser(headers={"User-Agent": "Mozilla/5.0 (compatible; scan)"}),
        ):
            client.head(address)
            client.get(address)
            client.options(address)
            client.head(address, follow=True)
            client.get(address, follow=True)


def invitation(cast: Cast) -> tuple[str, Callable[[], bool]]:
    found = invited(cast)

    def join() -> bool:
        client = browser()
        client.get(link(found))
        client.post(page(found), {"name": "New", "password": PASSWORD})
        return User.objects.filter(email="new@example.com").exists()

    return link(found), join


def reset(cast: Cast) -> tuple[str, Callable[[], bool]]:
    person = UserFactory(email="person@example.com", password=PASSWORD)
    ask_for_link()
    (found,) = re.findall(r"http://\S+?(/password/\S+)", str(mails()[0].body))

    def choose() -> bool:
        follow(found)
        return User.objects.get(pk=person.pk).check_password(NEW)

    return found, choose


def handover(cast: Cast) -> tuple[str, Callable[[], bool]]:
    found = made(browser(cast.owner, confirmed=True), cast)
    return found, lambda: bool(texts_of(opened(Client(), found), id="secret"))


@pytest.mark.parametrize("kind", [invitation, reset, handover])
def test_what_scans_mail_uses_up_no_link(
    cast: Cast, kind: Callable[[Cast], tuple[str, Callable[[], bool]]]
) -> None:
    address, use = kind(cast)
    before = rows()
    scan(address)
    assert rows() == before
    assert use()


@pytest.mark.django_db
def test_nor_the_link_of_the_first_owner() -> None:
    address, before = f"/setup/{setup_key()}/", rows()
    scan(address)
    assert rows() == before
    form = {"name": "First", "email": "first@example.com", "password": PASSWORD}
    answer = browser().post(address, form)
    assert answer.status_code == 302, text(answer)
