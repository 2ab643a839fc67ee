"""Webhooks and their secrets that an older backup brought back."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.utils import timezone

from console.audit.evidence import Line
from console.audit.recording import changing, record
from console.models import Webhook, WebhookSecret
from console.webhooks.services.webhooks import delete_webhook, update_webhook
from robots.restores.claims import (
    ACTOR,
    Claim,
    Claims,
    Revived,
    claiming,
    is_later,
    moment,
)


def _webhook(line: Line) -> Webhook | None:
    return Webhook.objects.select_related("organization").filter(uuid=line.target).first()


def _deleted(line: Line) -> Revived | None:
    webhook = _webhook(line)
    if webhook is None:
        return None
    end = partial(delete_webhook, actor=ACTOR, webhook=webhook)
    return Revived("webhook", str(webhook), "was deleted", end)


def _updated(line: Line) -> Revived | None:
    """It was switched off, or told at another address: the one before must not hear of everything again."""
    if line.after.get("active") is False:
        return _switched_off(line)
    webhook = _webhook(line)
    if webhook is None or webhook.recorded["url_fingerprint"] == line.after.get("url_fingerprint"):
        return None
    return _switched_off(line, "was sent to another address")


def _switched_off(line: Line, words: str = "was switched off") -> Revived | None:
    webhook = _webhook(line)
    if webhook is None or not webhook.is_active:
        return None
    end = partial(update_webhook, actor=ACTOR, webhook=webhook, active=False)
    return Revived("webhook", str(webhook), words, end)


def _secrets(line: Line) -> Iterable[Claim]:
    """The secrets that a newer one ended, or is about to, each by its id."""
    for pk, said in (line.after.get("old_secret_ends") or {}).items():
        yield Claim(("webhook secret", int(pk)), partial(_works, int(pk), line, moment(said)))


def _ended(line: Line) -> Iterable[Claim]:
    pk = int(line.before.get("secret_id", 0))
    yield Claim(("webhook secret", pk), partial(_works, pk, line, line.at))


def _works(pk: int, line: Line, said: datetime | None) -> Revived | None:
    secrets = WebhookSecret.objects.live().select_related("webhook__organization")
    secret = secrets.filter(pk=pk, webhook__uuid=line.target).first()
    end = max(said or line.at, timezone.now())
    if secret is None or not is_later(secret.ends_at, end):
        return None
    name = f"{line.label}, secret {pk}"
    return Revived("webhook secret", name, "had been replaced", partial(_end_secret, secret, end))


def _end_secret(secret: WebhookSecret, end: datetime) -> None:
    with changing(secret.webhook.organization) as chain:
        secret.ends_at = max(end, timezone.now())
        secret.save(update_fields=["ends_at"])
        record(
            chain,
            actor=ACTOR,
            action="webhook:secret-ended",
            target=secret.webhook,
            before={"secret_id": secret.pk},
        )


CLAIMS: dict[str, Claims] = {
    "webhook:deleted": claiming("webhook", _deleted),
    "webhook:updated": claiming("webhook state", _updated),
    "webhook:stopped": claiming("webhook state", _switched_off),
    "webhook:secret-created": _secrets,
    "webhook:secret-ended": _ended,
}
