"""One-time links: nothing before, one secret for one opening, an alarm for the next."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.mail import outbox
from console.models import Event, OutgoingMail
from console.permissions.decision import MissingPermission
from robots.base.states import Refusal
from robots.models import Handover, Secret, Token
from robots.tokens.services.handovers import (
    LinkEnded,
    create_link,
    create_token_by_link,
    find_link,
    open_link,
    withdraw_link,
)
from robots.tokens.services.repetition import RepeatedRequest
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from teams.models import Membership
from tests.actors import events_written
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.tokens.links import (
    ALL,
    address,
    create_form,
    link_on,
    made,
    opened,
    secret_form,
    works,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def anybody() -> Client:
    """A browser that nobody has signed in."""
    return browser()


def test_making_a_link_makes_no_secret_and_keeps_no_key(as_owner: Client, cast: Cast) -> None:
    before = Secret.objects.count()
    page = as_owner.post(address(cast, "token-create"), create_form())
    key = link_on(page).rsplit("/", 2)[1]
    assert texts_of(page, "h1") == ["Send this link now"]
    assert "no-store" in page["Cache-Control"]
    assert Secret.objects.count() == before
    assert Token.objects.get(name="fresh").secrets.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM robots_handover")
        assert key not in str(cursor.fetchall())
    assert key not in str(list(Event.objects.values()))


def test_the_link_takes_its_key_off_the_address_and_says_what_it_is_for(
    as_owner: Client, anybody: Client, cast: Cast
) -> None:
    link = made(as_owner, cast)
    first = anybody.get(link)
    key = link.rsplit("/", 2)[1]
    assert (first.status_code, first["Referrer-Policy"]) == (302, "no-referrer")
    assert key not in first["Location"]
    cookie = first.cookies[settings.HANDOVER_COOKIE_NAME]
    assert (cookie.value, cookie["path"]) == (key, first["Location"])
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    page = anybody.get(first["Location"])
    # Without a referrer a browser would send the form without its origin, and it would be refused.
    assert (page.status_code, page["Referrer-Policy"]) == (200, "same-origin")
    assert "no-store" in page["Cache-Control"]
    for words in (
        "owner@example.com",
        "robot_acme.payments+ci",
        "fresh",
        "Acme",
        "Link works until",
    ):
        assert words in text(page)
    assert key not in text(page)
    assert Token.objects.get(name="fresh").secrets.count() == 0


def test_only_the_button_makes_the_secret_and_its_answer_has_every_form(
    as_owner: Client, anybody: Client, cast: Cast
) -> None:
    link = made(as_owner, cast)
    page = opened(anybody, link)
    (secret,) = texts_of(page, id="secret")
    assert texts_of(page, "h1") == ["Save this token now"]
    assert "no-store" in page["Cache-Control"]
    assert "Docker" in text(page)
    token = Token.objects.get(name="fresh")
    both = basic(str(token.uuid), secret)
    assert ask("/service/token?service=registry", authorization=both).status == 200
    assert token.secrets.get().handed_over_at is not None
    download = re.search(r'action="(/handover/[^"]+)"', text(page))
    assert download
    file = anybody.post(download[1], {"form": "json", "secret": secret})
    assert text(file) == f'{{"accessId":"{token.uuid}","token":"{secret}"}}'
    assert anybody.post(download[1], {"form": "json", "secret": secret[:-1]}).status_code == 400


def test_nothing_is_downloaded_before_the_link_is_opened(
    as_owner: Client, anybody: Client, cast: Cast
) -> None:
    uuid = made(as_owner, cast, "token-rotate", old_ends="by-hand").split("/")[2]
    where = reverse("robots:handover-download", args=[uuid])
    fields = {"form": "json", "secret": cast.secret}
    assert anybody.post(where, fields).status_code == 404


def test_a_link_that_rotates_leaves_the_old_secret_as_chosen(
    as_owner: Client, anybody: Client, cast: Cast
) -> None:
    link = made(as_owner, cast, "token-rotate", old_ends="1h")
    assert works(cast.secret)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        (secret,) = texts_of(opened(anybody, link), id="secret")
        assert works(cast.secret)
        clock.shift(timedelta(hours=1))
        assert authenticate(None, cast.secret, Use("test")) is Refusal.SECRET_ENDED
        assert works(secret)


def test_a_link_that_refreshes_ends_the_old_secret_when_it_is_opened(
    as_owner: Client, anybody: Client, cast: Cast
) -> None:
    link = made(as_owner, cast, "token-refresh")
    anybody.get(link, follow=True)
    assert works(cast.secret)
    (secret,) = texts_of(opened(anybody, link), id="secret")
    assert authenticate(None, cast.secret, Use("test")) is Refusal.SECRET_ENDED
    assert works(secret)


def test_the_first_token_of_a_robot_can_be_handed_over(as_owner: Client, cast: Cast) -> None:
    where = reverse("robots:robot-refresh", args=["acme", cast.organization_robot.uuid])
    link = link_on(as_owner.post(where, secret_form(cast, current="")))
    opened(browser(), link)
    assert cast.organization_robot.tokens.get(name="default").secrets.count() == 1


@pytest.mark.parametrize("name", ALL)
def test_a_second_opening_says_when_it_was_opened_and_alarms_the_owners_once(
    as_owner: Client, cast: Cast, name: str
) -> None:
    Membership.objects.filter(user=cast.member).update(role=Membership.Role.OWNER)
    link = made(as_owner, cast, name, **({"old_ends": "24h"} if name == "token-rotate" else {}))
    (secret,) = texts_of(opened(browser(), link), id="secret")
    with events_written() as events:
        for _ in range(2):
            page = browser(REMOTE_ADDR="203.0.113.9").get(link, follow=True)
            assert page.status_code == 409
            assert "It gave its secret away on" in text(page)
            assert "from 127.0.0.1" in text(page)
            assert secret not in text(page)
    assert [event.action for event in events] == ["handover:reopened"]
    assert (events[0].actor_kind, events[0].address) == ("link", "203.0.113.9")
    letters = OutgoingMail.objects.filter(subject__contains="opened twice")
    assert {mail.recipient for mail in letters} == {"owner@example.com", "member@example.com"}


def test_the_alarm_is_a_letter_that_says_what_to_do(
    as_owner: Client, cast: Cast, mailoutbox: list[Any]
) -> None:
    link = made(as_owner, cast)
    opened(browser(), link)
    browser(REMOTE_ADDR="203.0.113.9").get(link, follow=True)
    outbox.send_due()
    (letter,) = [mail for mail in mailoutbox if "opened twice" in mail.subject]
    for words in ("owner@example.com", "127.0.0.1", "203.0.113.9", "acme/payments/ci/fresh"):
        assert words in letter.body
    assert Token.objects.get(name="fresh").get_absolute_url() in letter.body


def test_the_browser_that_got_the_secret_alarms_nobody_by_reloading(
    as_owner: Client, anybody: Client, cast: Cast
) -> None:
    link = made(as_owner, cast)
    opened(anybody, link)
    page = reverse("robots:handover-open", args=[link.split("/")[2]])
    for answer in (anybody.get(page), anybody.post(page)):
        assert answer.status_code == 404
        assert "This link does not work" in text(answer)
    assert not OutgoingMail.objects.exists()


def test_the_token_waits_to_be_picked_up_and_the_link_can_be_withdrawn(
    as_owner: Client, cast: Cast
) -> None:
    link = made(as_owner, cast)
    token = Token.objects.get(name="fresh")
    assert "No secret yet" in text(as_owner.get(cast.robot.get_absolute_url()))
    assert "Nobody has received" not in text(as_owner.get(token.get_absolute_url()))
    page = text(as_owner.get(token.get_absolute_url()))
    assert "Waiting to be picked up" in page
    where = address(cast, "handover-withdraw", token.uuid, link.split("/")[2])
    assert where in page
    with events_written() as events:
        assert as_owner.post(where)["Location"] == token.get_absolute_url()
        assert as_owner.post(where).status_code == 409
    assert [event.action for event in events] == ["handover:withdrawn"]
    assert browser().get(link).status_code == 404
    assert "Make a Secret" in text(as_owner.get(token.get_absolute_url()))


def test_after_the_opening_the_page_says_from_where_it_was_opened(
    as_owner: Client, cast: Cast
) -> None:
    opened(browser(REMOTE_ADDR="203.0.113.9"), made(as_owner, cast))
    page = text(as_owner.get(Token.objects.get(name="fresh").get_absolute_url()))
    assert "to whoever opened the link of owner@example.com from 203.0.113.9" in page
    assert "Withdraw Link" not in page


def test_a_repeated_form_makes_one_link(as_owner: Client, cast: Cast) -> None:
    data = create_form()
    as_owner.post(address(cast, "token-create"), data)
    again = as_owner.post(address(cast, "token-create"), data)
    token = Token.objects.get(name="fresh")
    assert (again.status_code, again["Location"]) == (302, token.get_absolute_url())
    assert Handover.objects.count() == 1
    key = Handover.objects.get().request_key
    with pytest.raises(RepeatedRequest):
        create_token_by_link(actor=cast.owner, robot=cast.robot, name="x", request_key=key)


def test_making_and_opening_are_events_by_who_did_it(cast: Cast) -> None:
    with events_written() as events:
        link = create_link(actor=cast.owner, token=cast.token, purpose="rotate", old_ends="1h")
        open_link(uuid=link.handover.uuid, key=link.key.reveal())
    asked, got = [event for event in events if event.target_kind == "token"]
    assert (asked.action, asked.actor_label) == ("handover:created", "owner@example.com")
    assert asked.after["for"] == "a new secret beside the old one"
    assert (got.action, got.actor_kind, got.actor_uuid) == (
        "handover:opened",
        "link",
        link.handover.uuid,
    )
    assert got.actor_label == "The link of owner@example.com"
    secret = Secret.objects.get(handover=link.handover)
    assert (secret.created_by, got.target_uuid) == (got.actor_label, cast.token.uuid)


def test_withdrawing_is_for_who_may_rotate(cast: Cast) -> None:
    link = create_link(actor=cast.owner, token=cast.token, purpose="refresh")
    for actor in (cast.member, cast.stranger):
        with pytest.raises(MissingPermission):
            withdraw_link(actor=actor, handover=link.handover)
        with pytest.raises(MissingPermission):
            create_link(actor=actor, token=cast.token, purpose="refresh")
        with pytest.raises(MissingPermission):
            create_token_by_link(actor=actor, robot=cast.robot, name="x")
    assert find_link(link.handover.uuid, link.key.reveal())


def test_an_unknown_link_is_the_same_error_everywhere(cast: Cast) -> None:
    with pytest.raises(LinkEnded):
        find_link(UUID(int=1), "x")
