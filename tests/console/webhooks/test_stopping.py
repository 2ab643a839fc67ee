"""Webhooks that are switched off because they do not take what they are sent."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from console.mail import outbox
from console.models import Event, Notice, WebhookDelivery
from console.notices.kinds import WEBHOOK_STOPPED
from console.webhooks.sending import send_due
from console.webhooks.services.webhooks import update_webhook
from tests.conftest import Cast
from tests.console.outgoing.conftest import Serve
from tests.console.webhooks.conftest import Hook, happen, present
from tests.https import answer

pytestmark = pytest.mark.usefixtures("clock")
SECOND = timedelta(seconds=1)


def test_who_is_gone_is_switched_off_and_the_owners_are_told(
    cast: Cast, serve: Serve, hook: Hook
) -> None:
    server, other = serve(answer(410)), serve()
    gone = hook(server.url())
    hook(other.url(), "second", [WEBHOOK_STOPPED.name])
    happen(cast)
    send_due()
    assert present(gone).state == "Gone"
    event = Event.objects.latest("id")
    assert (event.action, event.after) == ("webhook:stopped", {"because": "gone"})
    notice = Notice.objects.get(kind=WEBHOOK_STOPPED.name)
    assert notice.title == "The webhook chat was switched off: it says that it is gone (410)"
    outbox.send_due()
    assert [letter.subject for letter in mail.outbox] == [notice.title]
    send_due()
    assert b"webhook.stopped" in other.visits[0].body
    happen(cast)
    send_due()
    assert len(server.visits) == 1


def test_a_webhook_that_fails_for_days_is_switched_off(
    cast: Cast, serve: Serve, hook: Hook, clock: time_machine.Traveller
) -> None:
    server = serve(answer(503))
    minted = hook(server.url())
    for _ in range(6):
        assert present(minted).is_active
        happen(cast)
        send_due()
        clock.shift(timedelta(days=1) + SECOND)
    send_due()
    assert present(minted).state == "Failed for too long"
    update_webhook(actor=cast.owner, webhook=present(minted), active=True)
    assert present(minted).state == "Active"


def test_a_success_in_between_counts(
    cast: Cast, serve: Serve, hook: Hook, clock: time_machine.Traveller
) -> None:
    statuses = iter([503, 200, 503])
    server = serve(lambda visit: visit.send(answer(next(statuses))))
    minted = hook(server.url())
    for state in ("Failing", "Active", "Failing"):
        WebhookDelivery.objects.all().delete()
        happen(cast)
        send_due()
        assert present(minted).state == state
        clock.shift(timedelta(days=4))
