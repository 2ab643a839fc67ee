"""Sending what waits for webhooks: eight tries over a day, one message at a time to each.

Several webhooks are sent to at once, in threads that know no database: who hangs holds nobody else up.
"""

import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from console import measures
from console.jobs.attempts import claim, may_go_on
from console.models import Webhook, WebhookDelivery
from console.outgoing.client import guarded_client
from console.outgoing.faults import OutgoingFault
from console.webhooks.messages import headers_of
from console.webhooks.services.webhooks import stop_webhook

# After each try but the last.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 480, 480)]
MAX_ATTEMPTS = len(WAITS) + 1
# A try that nobody noted is made again after this.
LAST_WAIT = WAITS[-1]
AT_ONCE = 8
TRIES_KEPT = 20
GONE = 410
# Without a success for so long, a webhook is switched off.
FAILS_FOR = timedelta(days=5)
State = WebhookDelivery.State

logger = structlog.get_logger("roster.webhooks")


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent where."""

    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: a status, or why there is none. Of the answer nothing else is known."""

    status: int | None
    fault: str
    milliseconds: int

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_due() -> int:
    """Send what is due, oldest first, and say how much arrived. The job.

    A webhook that failed is not tried again in the same run.
    """
    began, arrived, failed = timezone.now(), 0, set[int]()
    while may_go_on(began):
        found = _next(failed)
        if not found:
            break
        claimed = [each for each in found if claim(each, _waiting(), _wait(each))]
        for delivery, outcome in _sent(claimed):
            _note(delivery, outcome)
            arrived += outcome.is_success
            measures.attempted(measures.WEBHOOK_ATTEMPTS, is_success=outcome.is_success)
            if not outcome.is_success:
                failed.add(delivery.webhook_id)
    return arrived


def _waiting() -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(state=State.WAITING, webhook__disabled_at=None)


def _wait(delivery: WebhookDelivery) -> timedelta:
    return WAITS[delivery.attempts] if delivery.attempts < len(WAITS) else LAST_WAIT


def _next(failed: Collection[int]) -> list[WebhookDelivery]:
    """The first message that is due to each of some webhooks."""
    due = _waiting().filter(due_at__lte=timezone.now()).exclude(webhook__in=failed)
    firsts = due.values_list("webhook").annotate(first=Min("due_at")).order_by("first", "webhook")
    found = (
        due.filter(webhook=webhook).select_related("webhook__organization").order_by("due_at", "id")
        for webhook, _ in list(firsts[:AT_ONCE])
    )
    return [first for each in found if (first := each.first())]


def _sent(deliveries: list[WebhookDelivery]) -> list[tuple[WebhookDelivery, Outcome]]:
    messages = [_message(delivery) for delivery in deliveries]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(zip(deliveries, threads.map(_try, messages), strict=True))


def _message(delivery: WebhookDelivery) -> Message:
    """What is sent now, signed with each secret that works."""
    body, webhook = delivery.body.encode(), delivery.webhook
    keys = [secret.opened() for secret in webhook.secrets.live()]
    moment = int(timezone.now().timestamp())
    return Message(webhook.url, body, headers_of(delivery.message_id, moment, body, keys))


def _try(message: Message) -> Outcome:
    began, status, fault = time.monotonic(), None, ""
    try:
        status = guarded_client().notify(message.url, message.body, message.headers)
    except OutgoingFault as error:
        fault = error.reason
    return Outcome(status, fault, round((time.monotonic() - began) * 1000))


def _note(delivery: WebhookDelivery, outcome: Outcome) -> None:
    now = timezone.now()
    tried = {
        "at": now.isoformat(),
        "milliseconds": outcome.milliseconds,
        "status": outcome.status,
        "fault": outcome.fault,
    }
    changes: dict[str, Any] = {"tries": [*delivery.tries, tried][-TRIES_KEPT:]}
    if outcome.is_success:
        changes["state"] = State.DELIVERED
    elif outcome.status == GONE or delivery.attempts >= MAX_ATTEMPTS:
        changes["state"] = State.FAILED
        logger.warning("webhook message given up", message=delivery.message_id)
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(**changes)
        _note_health(delivery.webhook, outcome, now)
    _stop_if_hopeless(delivery.webhook, outcome, now)


def _note_health(webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    """Keep since when nothing gets through."""
    row = Webhook.objects.filter(pk=webhook.pk)
    if outcome.is_success:
        row.exclude(failing_since=None).update(failing_since=None)
    else:
        row.filter(failing_since=None).update(failing_since=now)


def _stop_if_hopeless(webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    if outcome.is_success:
        return
    if outcome.status == GONE:
        stop_webhook(webhook=webhook, why=Webhook.Stop.GONE)
    elif webhook.failing_since and webhook.failing_since < now - FAILS_FOR:
        stop_webhook(webhook=webhook, why=Webhook.Stop.FAILING)
