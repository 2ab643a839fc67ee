"""A token directly for a role that is handed over: the link waits, and its opening makes the secret."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from robots.models import Robot, Token
from teams.models import Membership
from tests.actors import events_written
from tests.browsers import texts_of
from tests.conftest import Cast
from tests.front import basic
from tests.registry import granted
from tests.robots.tokens.links import link_on, opened

NEW = "/o/acme/roles/built-in/project/developer/tokens/new/"


def sent(cast: Cast, **changes: object) -> dict[str, object]:
    known = {
        "project": str(cast.project.uuid),
        "name": "sync",
        "expiry": "never",
        "kind": "compact",
    }
    return known | {"delivery": "link", "life": "1h", "request_key": uuid4()} | changes


def test_the_form_offers_to_hand_the_secret_over(as_owner: Client) -> None:
    page = " ".join(texts_of(as_owner.get(NEW), "label"))
    assert "Hand it over" in page
    assert "Specify the new secret manually" not in page


def test_a_link_makes_the_account_and_a_token_without_a_secret(
    as_owner: Client, cast: Cast
) -> None:
    with events_written() as events:
        answer = as_owner.post(NEW, sent(cast))
    token = Token.objects.get(name="sync")
    assert answer.status_code == 200
    assert not token.secrets.exists()
    assert token.of_robot.is_role_account
    (event,) = events
    assert (event.action, event.after["role"]) == ("token:created", "developer")
    assert event.after["role_account"] == token.of_robot.login_name
    assert event.after["link_until"]


def received(cast: Cast, page: Any) -> tuple[str, str]:
    """Access ID and secret that somebody gets who is not signed in."""
    (secret,) = texts_of(opened(Client(), link_on(page)), id="secret")
    return str(Token.objects.get(name="sync").uuid), secret


def test_the_opening_gives_a_secret_that_does_what_the_role_allows(
    as_owner: Client, cast: Cast
) -> None:
    login = basic(*received(cast, as_owner.post(NEW, sent(cast))))
    assert granted(login) == ["pull", "push"]


def test_the_link_is_worth_nothing_once_its_maker_could_not_make_it(
    as_owner: Client, cast: Cast
) -> None:
    link = link_on(as_owner.post(NEW, sent(cast)))
    Membership.objects.filter(user=cast.owner).update(role=Membership.Role.MEMBER)
    assert Client().get(link, follow=True).status_code == 404
    assert not Token.objects.get(name="sync").secrets.exists()


def test_the_same_form_sent_again_is_led_to_the_token(as_owner: Client, cast: Cast) -> None:
    form = sent(cast)
    as_owner.post(NEW, form)
    again = as_owner.post(NEW, form)
    token = Token.objects.get(name="sync")
    assert (again.status_code, again.headers["Location"]) == (302, token.get_absolute_url())


@pytest.mark.parametrize("delivery", ["here", "link"])
def test_a_name_that_is_taken_at_its_level_is_a_409(
    as_owner: Client, cast: Cast, delivery: str
) -> None:
    as_owner.post(NEW, sent(cast, delivery=delivery))
    with events_written() as events:
        assert as_owner.post(NEW, sent(cast)).status_code == 409
    assert (Robot.objects.role_accounts().count(), events) == (1, [])
