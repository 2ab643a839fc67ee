"""Secrets by which receivers know what Roster sent: made beside the one before, and sealed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import changing, record
from console.errors import Conflict
from console.minted_secrets import Plaintext
from console.models import Organization, Webhook, WebhookSecret
from console.permissions.decision import Actor, require_lasting
from console.permissions.operators import require_to_change_settings
from console.repetition import OTHER_BODY, Repeated, keys_like
from console.webhooks.messages import new_key, shown
from console.webhooks.queries import refetch

# How long the secret before goes on beside a new one, unless it is told otherwise, and at most.
OVERLAP = timedelta(hours=24)
MAX_OVERLAP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MintedWebhookSecret:
    """A new secret's row, and the secret itself for the one answer it belongs in."""

    secret: WebhookSecret
    plaintext: Plaintext

    @property
    def webhook(self) -> Webhook:
        return self.secret.webhook


class RepeatedWebhookSecret(Repeated):
    """`secret` is the row of what the earlier request made."""

    def __init__(self, secret: WebhookSecret) -> None:
        super().__init__("This secret was created by an earlier try.")
        self.secret = secret


def create_webhook_secret(
    *,
    actor: Actor,
    webhook: Webhook,
    overlap: timedelta | None = OVERLAP,
    request_key: UUID | None = None,
) -> MintedWebhookSecret:
    """Make another secret. Messages are signed with the one before as well until it ends after `overlap`;
    what is older ends at once. `None` is the usual overlap of a day.
    """
    overlap = OVERLAP if overlap is None else overlap
    if not timedelta() <= overlap <= MAX_OVERLAP:
        raise ValidationError({"overlap": f"Give at most {MAX_OVERLAP.days} days."})
    with changing(webhook.organization) as chain:
        require_to_change_settings(actor, webhook.organization)
        require_lasting(actor)
        webhook = refetch(webhook)
        actor.prove_presence()
        refuse_repetition(webhook.organization, request_key)
        ends = _end_older(webhook, overlap)
        minted = mint(actor, webhook, request_key)
        after = {"secret_id": minted.secret.pk, "old_secret_ends": ends}
        record(chain, actor=actor, action="webhook:secret-created", target=webhook, after=after)
    return minted


def refuse_repetition(organization: Organization | None, request_key: UUID | None) -> None:
    if request_key is None:
        return
    made = WebhookSecret.objects.filter(request_key__range=keys_like(request_key)).first()
    if made is None:
        return
    if made.request_key != request_key:
        raise ValidationError(OTHER_BODY, code="key_reused")
    if made.webhook.organization_id != (organization.pk if organization else None):
        raise Conflict("This form was used already. Reload it and try again.")
    raise RepeatedWebhookSecret(made)


def _end_older(webhook: Webhook, overlap: timedelta) -> dict[str, datetime]:
    """When each secret that works ends now, by its id. An end that was set before is never put off."""
    now = timezone.now()
    ends: dict[str, datetime] = {}
    for place, old in enumerate(webhook.secrets.live()):
        end = now if place else now + overlap
        old.ends_at = min(end, old.ends_at or end)
        old.save(update_fields=["ends_at"])
        ends[str(old.pk)] = old.ends_at
    return ends


def mint(actor: Actor, webhook: Webhook, request_key: UUID | None) -> MintedWebhookSecret:
    key = new_key()
    secret = WebhookSecret(webhook=webhook, created_by=actor.actor_label, request_key=request_key)
    secret.seal(key)
    secret.save()
    return MintedWebhookSecret(secret, shown(key))
