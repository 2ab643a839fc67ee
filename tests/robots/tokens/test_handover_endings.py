"""When a one-time link no longer gives anything: time, withdrawal, and its maker's rights."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from robots.models import Handover, Robot, Secret, Token
from robots.tokens.services.handovers import create_link
from robots.tokens.services.secrets import TwoSecrets
from teams.models import Membership, User
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.robots.tokens.links import ALL, address, create_form, link_on, made, secret_form

SECOND = timedelta(seconds=1)


@pytest.fixture
def anybody() -> Client:
    """A browser that nobody has signed in."""
    return browser()


def forged(link: str) -> list[str]:
    _, handover, uuid, key, _ = link.split("/")
    other = "A" if key[-1] != "A" else "B"
    return [
        f"/{handover}/{uuid}/{key[:-1]}{other}/",
        f"/{handover}/{uuid}/{key[:-1]}/",
        f"/{handover}/{uuid}/{key}A/",
        f"/{handover}/{uuid4()}/{key}/",
    ]


def test_forged_links_are_the_same_404(as_owner: Client, cast: Cast) -> None:
    link = made(as_owner, cast)
    for wrong in forged(link):
        answer = browser().get(wrong)
        assert answer.status_code == 404
        assert "This link does not work" in text(answer)
    client = browser()
    client.cookies[settings.HANDOVER_COOKIE_NAME] = "wrong"
    assert (
        client.post(reverse("robots:handover-open", args=[link.split("/")[2]])).status_code == 404
    )
    assert Token.objects.get(name="fresh").secrets.count() == 0


def test_a_link_works_to_the_second(as_owner: Client, cast: Cast) -> None:
    for life, duration in (("1h", 1), ("24h", 24), ("7d", 7 * 24)):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            data = create_form(name=f"t{life}", life=life)
            link = link_on(as_owner.post(address(cast, "token-create"), data))
            clock.shift(timedelta(hours=duration) - SECOND)
            assert browser().get(link, follow=True).status_code == 200
            clock.shift(SECOND)
            assert browser().get(link, follow=True).status_code == 404


def end_membership(cast: Cast) -> None:
    Membership.objects.filter(user=cast.owner).delete()


def demote(cast: Cast) -> None:
    Membership.objects.filter(user=cast.owner).update(role=Membership.Role.MEMBER)


ENDINGS: dict[str, Callable[[Cast], object]] = {
    "robot deleted": lambda cast: Robot.objects.update(deleted_at=timezone.now()),
    "robot disabled": lambda cast: Robot.objects.update(disabled_at=timezone.now()),
    "robot expired": lambda cast: Robot.objects.update(expires_at=timezone.now()),
    "token deleted": lambda cast: Token.objects.update(revoked_at=timezone.now()),
    "token disabled": lambda cast: Token.objects.update(disabled_at=timezone.now()),
    "token blocked": lambda cast: Token.objects.update(blocked_at=timezone.now()),
    "token expired": lambda cast: Token.objects.update(expires_at=timezone.now()),
    "link withdrawn": lambda cast: Handover.objects.update(withdrawn_at=timezone.now()),
    "maker left": end_membership,
    "maker is a member only": demote,
    "maker is inactive": lambda cast: User.objects.filter(pk=cast.owner.pk).update(is_active=False),
    "maker is gone": lambda cast: User.objects.filter(pk=cast.owner.pk).delete(),
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_no_longer_holds_ends_the_link_before_and_after_it_was_followed(
    as_owner: Client, cast: Cast, name: str, ending: str
) -> None:
    link = made(as_owner, cast, name, **({"old_ends": "24h"} if name == "token-rotate" else {}))
    followed = browser()
    page = followed.get(link, follow=True).redirect_chain[-1][0]
    before = Secret.objects.count()
    ENDINGS[ending](cast)
    for answer in (browser().get(link), followed.get(page), followed.post(page)):
        assert answer.status_code == 404
        assert texts_of(answer, "h1") == ["This link does not work"]
    assert Secret.objects.count() == before


def test_a_first_secret_from_elsewhere_ends_the_link_for_the_first(
    as_owner: Client, anybody: Client, cast: Cast
) -> None:
    link = made(as_owner, cast)
    token = Token.objects.get(name="fresh")
    where = address(cast, "token-refresh", token.uuid)
    as_owner.post(where, {"kind": "compact", "request_key": uuid4(), "current": ""})
    page = anybody.get(link, follow=True).redirect_chain[-1][0]
    assert anybody.post(page).status_code == 404
    assert token.secrets.count() == 1


def test_a_rotating_link_is_refused_where_two_secrets_work(as_owner: Client, cast: Cast) -> None:
    link = made(as_owner, cast, "token-rotate", old_ends="by-hand")
    rotate = address(cast, "token-rotate", cast.token.uuid)
    as_owner.post(rotate, secret_form(cast, delivery="here", old_ends="by-hand"))
    client = browser()
    page = client.get(link, follow=True).redirect_chain[-1][0]
    assert client.post(page).status_code == 404
    with pytest.raises(TwoSecrets):
        create_link(actor=cast.owner, token=cast.token, purpose="rotate", old_ends="now")


def test_a_new_link_replaces_the_one_that_waits(as_owner: Client, cast: Cast) -> None:
    first = made(as_owner, cast, "token-refresh")
    second = made(as_owner, cast, "token-refresh")
    assert browser().get(first).status_code == 404
    assert browser().get(second).status_code == 302
