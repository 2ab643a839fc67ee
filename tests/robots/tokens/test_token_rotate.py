"""The rotation's page, and what the token's page shows until it is over."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.models import Event
from robots.base.states import Refusal
from robots.models import Secret, Token
from robots.tokens.services.minting import mark_handed_over
from robots.tokens.services.tokens import create_token
from robots.usage import flush
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.robots.tokens.rotating import result, rotate, works


def page(cast: Cast, name: str = "token-rotate") -> str:
    return reverse(f"robots:{name}", args=["acme", cast.robot.uuid, cast.token.uuid])


def form(cast: Cast, **changes: object) -> dict[str, object]:
    live = cast.token.secrets.live().first()
    known = {
        "kind": "compact",
        "old_ends": "24h",
        "request_key": uuid4(),
        "current": live and live.pk,
    }
    return known | changes


def test_the_page_shows_the_new_secret_once_and_then_both_with_their_use(
    as_owner: Client, cast: Cast
) -> None:
    mark_handed_over(cast.minted.secret)
    works(cast.secret)
    flush.flush()
    answer = as_owner.post(page(cast), form(cast))
    (secret,) = texts_of(answer, id="secret")
    assert "no-store" in answer["Cache-Control"]
    assert works(secret)
    shown = as_owner.get(cast.token.get_absolute_url())
    rows = [row for row in texts_of(shown, "tr") if "End Now" in row]
    assert secret not in text(shown)
    assert [row.split()[0] for row in rows] == ["New", "Old"]
    assert "never used" in rows[0]
    assert "in 1 day" in rows[1]
    assert "from 192.0.2.7" in rows[1]


def test_the_form_keeps_the_kind_of_the_secret(as_owner: Client, cast: Cast) -> None:
    assert '<option value="compact" selected>' in text(as_owner.get(page(cast)))


def test_a_repeated_form_leads_to_the_token(as_owner: Client, cast: Cast) -> None:
    data = form(cast)
    as_owner.post(page(cast), data)
    again = as_owner.post(page(cast), data)
    assert (again.status_code, again["Location"]) == (302, cast.token.get_absolute_url())
    assert cast.token.secrets.count() == 2


def test_with_two_secrets_the_page_asks_to_end_one_and_the_button_does(
    as_owner: Client, cast: Cast
) -> None:
    assert 'name="end_older"' not in text(as_owner.get(page(cast)))
    rotate(cast, old_ends="by-hand")
    asked = text(as_owner.get(page(cast)))
    assert "Two secrets work now" in asked
    assert 'name="end_older"' in asked
    refused = as_owner.post(page(cast), form(cast))
    assert (refused.status_code, "Let the older one end." in text(refused)) == (422, True)
    assert len(cast.token.secrets.live()) == 2
    ending = reverse(
        "robots:secret-end", args=["acme", cast.robot.uuid, cast.token.uuid, cast.minted.secret.pk]
    )
    assert ending in text(as_owner.get(cast.token.get_absolute_url()))
    assert as_owner.post(ending)["Location"] == cast.token.get_absolute_url()
    assert result(cast.secret) is Refusal.SECRET_ENDED
    assert as_owner.post(ending).status_code == 409


def test_with_two_secrets_a_third_takes_the_place_of_the_older(
    as_owner: Client, cast: Cast
) -> None:
    second = rotate(cast, old_ends="by-hand")
    data = form(cast, end_older="on")
    (secret,) = texts_of(as_owner.post(page(cast), data), id="secret")
    tried = (cast.secret, second.plaintext.reveal(), secret)
    assert [works(it) for it in tried] == [False, True, True]
    stale = as_owner.post(page(cast), data | {"request_key": uuid4()})
    assert (stale.status_code, "newer secret meanwhile" in text(stale)) == (409, True)
    assert [works(it) for it in tried] == [False, True, True]


def test_with_two_secrets_a_link_takes_nobody_s_place(as_owner: Client, cast: Cast) -> None:
    rotate(cast, old_ends="by-hand")
    link = form(cast, end_older="on", delivery="link")
    refused = as_owner.post(page(cast), link)
    assert (refused.status_code, "end one of the two secrets first" in text(refused)) == (422, True)
    assert works(cast.secret)


def test_a_secret_of_another_token_is_not_ended_here(as_owner: Client, cast: Cast) -> None:
    rotate(cast)
    foreign = cast.other_minted.secret.pk
    for pk in (foreign, 10**30):
        where = reverse("robots:secret-end", args=["acme", cast.robot.uuid, cast.token.uuid, pk])
        assert as_owner.post(where).status_code == 404
    assert works(cast.other_minted.plaintext.reveal())


@pytest.mark.parametrize(
    "changes",
    [{"old_ends": "2h"}, {"old_ends": ""}, {"kind": "own"}, {"current": "x"}, {"request_key": ""}],
)
def test_a_wrong_form_makes_nothing(as_owner: Client, cast: Cast, changes: dict[str, str]) -> None:
    assert as_owner.post(page(cast), form(cast, **changes)).status_code == 422
    assert cast.token.secrets.count() == 1


def tried(at: datetime) -> list[Event]:
    return list(Event.objects.filter(action="token:refused", created_at__gte=at))


def test_an_ended_secret_that_is_tried_is_recorded_once_and_shown(
    as_owner: Client, cast: Cast
) -> None:
    start = timezone.now()
    pages = (cast.token.get_absolute_url(), cast.robot.get_absolute_url())
    rotate(cast, old_ends="now")
    for where in pages:
        assert "An ended secret was tried" not in text(as_owner.get(where))
    for _ in range(3):
        result(cast.secret)
        flush.flush()
    assert [event.after["reason"] for event in tried(start)] == ["secret ended"]
    for where in pages:
        shown = text(as_owner.get(where))
        assert "An ended secret was tried" in shown
        assert "192.0.2.7" in shown
    Event.objects.filter(action="token:refused").update(created_at=start - timedelta(days=31))
    assert "An ended secret was tried" not in text(as_owner.get(pages[0]))


def test_other_refusals_are_no_such_warning(as_owner: Client, cast: Cast) -> None:
    Token.objects.update(disabled_at=timezone.now())
    result(cast.secret)
    flush.flush()
    assert "An ended secret was tried" not in text(as_owner.get(cast.robot.get_absolute_url()))


def test_after_the_reveal_the_page_says_to_whom_and_offers_what_helps(
    as_owner: Client, cast: Cast
) -> None:
    where = cast.token.get_absolute_url()
    Secret.objects.update(handed_over_at=None)
    lost = as_owner.get(where)
    assert "Nobody has received this secret" in text(lost)
    assert {"Rotate Secret", "Delete Token"} <= set(texts_of(lost, "a"))
    mark_handed_over(cast.minted.secret)
    shown = as_owner.get(where)
    assert "The secret was shown once, to owner@example.com" in text(shown)
    assert {"Rotate Secret", "Refresh Secret"} <= set(texts_of(shown, "a"))


def test_every_choice_of_the_form_is_one_the_service_takes(as_owner: Client, cast: Cast) -> None:
    for choice in ("24h", "now", "1h", "7d", "first-use", "by-hand"):
        minted = create_token(actor=cast.owner, robot=cast.robot, name=choice, kind="compact")
        where = reverse("robots:token-rotate", args=["acme", cast.robot.uuid, minted.token.uuid])
        data = form(cast, old_ends=choice, current=minted.secret.pk, request_key=uuid4())
        assert as_owner.post(where, data).status_code == 200
