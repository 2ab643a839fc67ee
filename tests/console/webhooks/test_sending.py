"""Messages to webhooks, verified by the Standard Webhooks library, with receivers of every temper."""

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from console.jobs import running
from console.models import Notice, WebhookDelivery
from console.notices.kinds import TOKEN_NEW_ADDRESS
from console.notices.telling import tell
from console.outgoing.client import GuardedClient
from console.webhooks.sending import MAX_ATTEMPTS, WAITS, send_due
from console.webhooks.services.secrets import create_webhook_secret
from console.webhooks.services.webhooks import send_again, send_test, update_webhook
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.outgoing.conftest import Serve
from tests.console.webhooks.conftest import Hook, happen, news
from tests.https import Visit, answer, authority

pytestmark = pytest.mark.usefixtures("clock")
SECOND = timedelta(seconds=1)
State = WebhookDelivery.State


def delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


def test_a_message_is_what_standard_webhooks_says(cast: Cast, serve: Serve, hook: Hook) -> None:
    server = serve()
    minted = hook(server.url("/hooks"))
    happen(cast)
    assert send_due() == 1
    (visit,) = server.visits
    assert visit.head.startswith("POST /hooks HTTP/1.1")
    assert visit.headers["content-type"] == "application/json"
    found = Verifier(minted.plaintext.reveal()).verify(visit.body, visit.headers)
    assert found["type"] == "token.new-address"
    lag = Notice.objects.get().created_at - datetime.fromisoformat(found["timestamp"])
    assert timedelta() <= lag < timedelta(milliseconds=1)
    assert found["data"] == {
        "organization": "acme",
        "title": "The token acme/payments/ci/nightly was used from a new address, at 192.0.2.7",
        "url": f"http://127.0.0.1:8000{cast.token.get_absolute_url()}",
        "subject": {
            "kind": "token",
            "id": str(cast.token.uuid),
            "name": "acme/payments/ci/nightly",
        },
        "address": "192.0.2.7",
    }
    assert (delivery().state, delivery().tries[0]["status"]) == (State.DELIVERED, 200)
    assert send_due() == 0


@pytest.mark.parametrize("spoil", ["webhook-id", "webhook-timestamp", "body"])
def test_what_was_changed_on_the_way_is_not_believed(
    cast: Cast, serve: Serve, hook: Hook, spoil: str
) -> None:
    server = serve()
    minted = hook(server.url())
    happen(cast)
    send_due()
    (visit,) = server.visits
    moment = str(int(visit.headers["webhook-timestamp"]) + 1)
    changed = {"webhook-id": "msg_0", "webhook-timestamp": moment}
    headers = visit.headers | {name: text for name, text in changed.items() if name == spoil}
    body = visit.body + b" " if spoil == "body" else visit.body
    with pytest.raises(WebhookVerificationError):
        Verifier(minted.plaintext.reveal()).verify(body, headers)


def test_while_a_change_overlaps_both_secrets_sign(
    cast: Cast, serve: Serve, hook: Hook, clock: time_machine.Traveller
) -> None:
    server = serve()
    old = hook(server.url())
    new = create_webhook_secret(actor=cast.owner, webhook=old.webhook)
    happen(cast)
    send_due()
    (both,) = server.visits
    assert len(both.headers["webhook-signature"].split()) == 2
    for minted in (old, new):
        Verifier(minted.plaintext.reveal()).verify(both.body, both.headers)
    clock.shift(timedelta(hours=24) + SECOND)
    happen(cast)
    send_due()
    _, alone = server.visits
    Verifier(new.plaintext.reveal()).verify(alone.body, alone.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(old.plaintext.reveal()).verify(alone.body, alone.headers)


def test_eight_tries_over_a_day_under_one_identifier(
    cast: Cast, serve: Serve, hook: Hook, clock: time_machine.Traveller
) -> None:
    server = serve(answer(500, "inside: db-7.internal"))
    hook(server.url())
    began = timezone.now()
    happen(cast)
    for wait in WAITS:
        assert send_due() == 0
        clock.shift(wait - SECOND)
        send_due()
        clock.shift(SECOND)
    send_due()
    assert timezone.now() - began < timedelta(days=1)
    assert len(server.visits) == MAX_ATTEMPTS == 8
    assert len({visit.headers["webhook-id"] for visit in server.visits}) == 1
    assert len({visit.headers["webhook-timestamp"] for visit in server.visits}) == 8
    assert delivery().state == State.FAILED
    assert [tried["status"] for tried in delivery().tries] == [500] * 8
    clock.shift(timedelta(days=2))
    send_due()
    assert len(server.visits) == 8


def test_of_an_answer_only_status_and_time_are_kept(cast: Cast, serve: Serve, hook: Hook) -> None:
    server = serve(answer(500, "inside: db-7.internal", x_inside="db-7.internal"))
    minted = hook(server.url())
    happen(cast)
    send_due()
    assert {*delivery().tries[0]} == {"at", "milliseconds", "status", "fault"}
    assert "internal" not in str(delivery().tries)
    owner = browser(cast.owner)
    for address in (minted.webhook.get_absolute_url(), delivery().get_absolute_url()):
        page = text(owner.get(address))
        assert "500 in" in page
        assert "internal" not in page


def test_a_redirect_is_a_failure_and_is_not_followed(cast: Cast, serve: Serve, hook: Hook) -> None:
    elsewhere = serve()
    server = serve(answer(307, location=elsewhere.url()))
    hook(server.url())
    happen(cast)
    assert send_due() == 0
    assert (delivery().state, delivery().tries[0]["status"]) == (State.WAITING, 307)
    assert not elsewhere.visits


def test_who_hangs_holds_nobody_else_up(
    cast: Cast, serve: Serve, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def hang(_: Visit) -> None:
        ended.wait(20)

    patient = GuardedClient("127.0.0.1 ::1", authority().file, seconds=0.5)
    monkeypatch.setattr("console.webhooks.sending.guarded_client", lambda: patient)
    server, other = serve(hang), serve()
    hook(server.url(), "hanging")
    hook(other.url(), "answering")
    happen(cast)
    assert send_due() == 1
    ended.set()
    assert len(other.visits) == 1
    found = WebhookDelivery.objects.get(webhook__name="hanging")
    assert (found.state, found.tries[0]["status"]) == (State.WAITING, None)
    assert "has not answered in full within 0.5 s." in found.tries[0]["fault"]


def test_an_answer_without_end_arrives_by_its_status(cast: Cast, serve: Serve, hook: Hook) -> None:
    def flood(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 204 -\r\ncontent-length: 999999999\r\n\r\n")
        visit.send(b"x" * 10_000_000)

    hook(serve(flood).url())
    happen(cast)
    assert send_due() == 1
    assert delivery().state == State.DELIVERED


def test_nothing_inside_is_reached(
    cast: Cast, serve: Serve, hook: Hook, settings: Settings
) -> None:
    settings.ROSTER_OUTGOING_NETWORKS = ""
    server = serve()
    hook(server.url())
    happen(cast)
    assert send_due() == 0
    assert not server.visits
    assert "not allowed" in delivery().tries[0]["fault"]


def test_a_webhook_is_told_what_it_has_chosen_while_it_is_switched_on(
    cast: Cast, hook: Hook
) -> None:
    hook(name="other", kinds=["token.leaked"])
    off = hook(name="off")
    update_webhook(actor=cast.owner, webhook=off.webhook, active=False)
    happen(cast)
    assert not WebhookDelivery.objects.exists()


def test_another_organization_is_told_nothing(cast: Cast, hook: Hook) -> None:
    hook()
    tell(TOKEN_NEW_ADDRESS, cast.other_organization, news(cast))
    assert not WebhookDelivery.objects.exists()


def test_what_is_sent_again_has_the_same_identifier(cast: Cast, serve: Serve, hook: Hook) -> None:
    server = serve()
    hook(server.url())
    happen(cast)
    send_due()
    send_again(actor=cast.owner, delivery=delivery())
    assert send_due() == 1
    first, second = server.visits
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert len(delivery().tries) == 2


def test_a_test_says_that_it_is_one(cast: Cast, serve: Serve, hook: Hook) -> None:
    server = serve()
    minted = hook(server.url())
    send_test(actor=cast.owner, webhook=minted.webhook)
    send_due()
    (visit,) = server.visits
    found = Verifier(minted.plaintext.reveal()).verify(visit.body, visit.headers)
    assert found["type"] == "webhook.test"
    assert found["data"] == {"organization": "acme", "webhook": "chat"}


def test_two_schedulers_send_nothing_twice(cast: Cast, serve: Serve, hook: Hook) -> None:
    """Who comes later finds the message moved."""
    server = serve()
    hook(server.url())
    happen(cast)
    seen = WebhookDelivery.objects.get()
    assert send_due() == 1
    WebhookDelivery.objects.filter(pk=seen.pk).update(state=State.WAITING)
    assert send_due() == 0
    assert len(server.visits) == 1


def test_the_jobs_send_them(cast: Cast, serve: Serve, hook: Hook) -> None:
    server = serve()
    hook(server.url())
    happen(cast)
    (job,) = [job for job in running.all_jobs() if job.name == "send-webhooks"]
    assert running.run_if_due(job) == running.Outcome.DONE
    assert len(server.visits) == 1
