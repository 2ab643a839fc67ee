"""Fifty at a barrier: one new secret, one opening of a link, one reveal; never two, never none."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.errors import Conflict
from console.http import ARRIVED_AT
from console.minted_secrets import Plaintext
from console.models import Event, OutgoingMail
from robots.models import Secret, Token
from robots.tokens.api.revealing import at_token
from robots.tokens.services.handovers import create_link, open_link, report_second_opening
from robots.tokens.services.minting import Minted
from robots.tokens.services.secrets import OnlySecret, end_secret, refresh_token, rotate_token
from robots.tokens.services.tokens import create_token
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.api.callers import bearer, token_of
from tests.browsers import browser, texts_of
from tests.conftest import Cast
from tests.races.starting import at_barrier

# SQLite writes one after the other, and who waits for 5 seconds is turned away.
CROWD = 50 if settings.POSTGRESQL else 20
BROWSERS = 12

pytestmark = pytest.mark.usefixtures("shared")


@pytest.fixture(autouse=True)
def _nothing_waits() -> None:
    counters.take()


def works(secret: str) -> bool:
    return isinstance(authenticate(None, secret, Use("test")), Credential)


def kinds(found: list[Any]) -> Counter[str]:
    return Counter(type(it).__name__ for it in found)


def live(cast: Cast) -> list[Secret]:
    return list(Token.objects.get(pk=cast.token.pk).secrets.live())


def actions(cast: Cast) -> Counter[str]:
    found = Event.objects.filter(target_uuid=cast.token.uuid).exclude(action="token:created")
    return Counter(found.values_list("action", flat=True))


@pytest.mark.parametrize("old_ends", ["now", "24h", "first-use", "by-hand"])
def test_of_many_rotations_one_makes_the_current_secret(
    shared: None, cast: Cast, old_ends: str
) -> None:
    known: dict[str, Any] = {
        "actor": cast.owner,
        "token": cast.token,
        "current": cast.minted.secret.pk,
    }
    found = at_barrier(*[lambda: rotate_token(**known, old_ends=old_ends, kind="compact")] * CROWD)
    (won,) = [it for it in found if isinstance(it, Minted)]
    assert kinds(found) == {"Minted": 1, "Conflict": CROWD - 1}
    assert live(cast)[0].pk == won.secret.pk
    assert len(live(cast)) == (1 if old_ends == "now" else 2)
    assert works(won.plaintext.reveal())
    assert actions(cast) == {"token:rotated": 1}
    assert verify_chain(chain_of(cast.organization)) == []


def test_of_many_rotations_in_the_place_of_the_older_secret_one_wins(
    shared: None, cast: Cast
) -> None:
    known: dict[str, Any] = {"actor": cast.owner, "token": cast.token, "kind": "compact"}
    second = rotate_token(**known, current=cast.minted.secret.pk)
    again = known | {"current": second.secret.pk, "end_older": True}
    found = at_barrier(*[lambda: rotate_token(**again)] * CROWD)
    (won,) = [it for it in found if isinstance(it, Minted)]
    assert kinds(found) == {"Minted": 1, "Conflict": CROWD - 1}
    assert [it.pk for it in live(cast)] == [won.secret.pk, second.secret.pk]
    assert actions(cast) == {"token:rotated": 2}
    assert verify_chain(chain_of(cast.organization)) == []


def test_of_many_refreshes_and_rotations_one_wins(shared: None, cast: Cast) -> None:
    known: dict[str, Any] = {
        "actor": cast.owner,
        "token": cast.token,
        "current": cast.minted.secret.pk,
    }
    both = (
        lambda: rotate_token(**known, old_ends="now", kind="compact"),
        lambda: refresh_token(**known, kind="compact"),
    )
    found = at_barrier(*both * (CROWD // 2))
    (won,) = [it for it in found if isinstance(it, Minted)]
    assert [it.pk for it in live(cast)] == [won.secret.pk]
    assert sum(actions(cast).values()) == 1
    assert not works(cast.secret)


@pytest.mark.parametrize("act", ["refresh", "rotation"])
def test_of_many_requests_at_one_moment_one_gets_a_secret(
    shared: None, cast: Cast, act: str
) -> None:
    """None of them names the secret that it saw, as pages do, and nobody gets a dead one."""
    secret, address = token_of(cast.owner)[1], at_token(cast.token)
    body: dict[str, Any] = {"data": {"kind": "compact"}, "content_type": "application/json"}
    now = body | {ARRIVED_AT: timezone.now()}
    found = at_barrier(*[lambda: bearer(secret).post(f"{address}{act}/", **now)] * CROWD)
    (won,) = [answer for answer in found if answer.status_code == 201]
    assert Counter(answer.status_code for answer in found) == {201: 1, 409: CROWD - 1}
    assert works(won.json()["secret"])
    later = bearer(secret).post(f"{address}refresh/", **body)
    assert later.status_code == 201
    assert works(later.json()["secret"])


def test_one_request_sent_many_times_makes_one_secret(shared: None, cast: Cast) -> None:
    key = uuid4()
    found = at_barrier(
        *[
            lambda: create_token(
                actor=cast.owner, robot=cast.robot, name="fresh", kind="compact", request_key=key
            )
        ]
        * CROWD
    )
    assert kinds(found) == {"Minted": 1, "RepeatedRequest": CROWD - 1}
    assert Token.objects.filter(name="fresh").count() == 1


def test_one_form_sent_many_times_reveals_its_secret_once(shared: None, cast: Cast) -> None:
    first = browser(cast.owner)
    where = reverse("robots:token-create", args=["acme", cast.robot.uuid])
    data = {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": uuid4()}

    def send() -> Any:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = first.cookies[
            settings.SESSION_COOKIE_NAME
        ].value
        return client.post(where, data)

    answers = at_barrier(*[send] * BROWSERS)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 302: BROWSERS - 1}
    (shown,) = [answer for answer in answers if answer.status_code == 200]
    (secret,) = texts_of(shown, id="secret")
    assert works(secret)
    assert all(secret not in answer.content.decode() for answer in answers if answer is not shown)


@pytest.mark.parametrize("purpose", ["refresh", "rotate"])
def test_of_many_who_open_a_link_one_gets_the_secret(
    shared: None, cast: Cast, purpose: str
) -> None:
    link = create_link(
        actor=cast.owner,
        token=cast.token,
        purpose=purpose,
        kind="compact",
        old_ends="24h" if purpose == "rotate" else "",
    )
    opening: dict[str, Any] = {"uuid": link.handover.uuid, "key": link.key.reveal()}
    found = at_barrier(*[lambda: open_link(**opening)] * CROWD)
    (won,) = [it for it in found if isinstance(it, Minted)]
    assert kinds(found) == {"Minted": 1, "AlreadyOpened": CROWD - 1}
    assert cast.token.secrets.count() == 2
    assert works(won.plaintext.reveal())
    assert actions(cast)["handover:opened"] == 1


def test_of_many_second_openings_one_alarms_the_owners(shared: None, cast: Cast) -> None:
    link = create_link(actor=cast.owner, token=cast.token, purpose="refresh", kind="compact")
    open_link(uuid=link.handover.uuid, key=link.key.reveal())
    at_barrier(*[lambda: report_second_opening(handover=link.handover)] * CROWD)
    assert actions(cast)["handover:reopened"] == 1
    assert OutgoingMail.objects.count() == 1


def test_of_two_secrets_one_stays_however_many_end_them(shared: None, cast: Cast) -> None:
    new = rotate_token(
        actor=cast.owner, token=cast.token, current=cast.minted.secret.pk, kind="compact"
    )
    ending = [
        lambda pk=pk: end_secret(actor=cast.owner, token=cast.token, secret_id=pk)
        for pk in (new.secret.pk, cast.minted.secret.pk)
    ]
    found = at_barrier(*ending * (CROWD // 2))
    assert kinds(found)["Secret"] == 1
    assert len(live(cast)) == 1
    assert {type(it) for it in found} <= {Secret, OnlySecret, Conflict}


def test_of_many_own_secrets_one_token_gets_one(shared: None, cast: Cast) -> None:
    found = at_barrier(
        *(
            lambda number=number: create_token(
                actor=cast.owner,
                robot=cast.robot,
                name=f"own{number}",
                own=Plaintext("Correct-horse-9-battery"),
            )
            for number in range(8)
        )
    )
    assert kinds(found) == {"Minted": 1, "ValidationError": 7}
