"""Changes to webhooks and their secrets, and what people ask to be sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import ROSTER, changing, record
from console.errors import Conflict
from console.models import Organization, Webhook, WebhookDelivery
from console.notices.event_kinds import in_order
from console.notices.kinds import TEST, WEBHOOK_STOPPED
from console.notices.letters import tell_by_letter
from console.notices.programs import message
from console.notices.telling import News, people_of
from console.permissions.decision import Actor, require_lasting
from console.permissions.operators import require_to_change_settings
from console.updates import assign, require_known
from console.webhooks.log_readers import require_to_change, require_to_read
from console.webhooks.queries import offered_at, refetch
from console.webhooks.services.secrets import MintedWebhookSecret, mint, refuse_repetition

MOST = 50
NO_KINDS = "Choose at least one kind."
# Why a webhook was switched off, as the end of a sentence.
WHY_STOPPED = {
    Webhook.Stop.GONE: "it says that it is gone (410)",
    Webhook.Stop.FAILING: "nothing has arrived for days",
}


class WebhookChanges(TypedDict, total=False):
    """What of a webhook may change."""

    name: str
    description: str
    url: str
    kinds: Collection[str]
    active: bool


class _Columns(TypedDict, total=False):
    """The same as columns."""

    name: str
    description: str
    url: str
    kinds: list[str]
    disabled_at: datetime | None
    disabled_because: str
    failing_since: datetime | None


def create_webhook(
    *,
    actor: Actor,
    organization: Organization | None,
    name: str,
    url: str,
    kinds: Collection[str],
    description: str = "",
    active: bool = True,
    request_key: UUID | None = None,
) -> MintedWebhookSecret:
    """Let an address be told what happens of these kinds in the organization, or with `None` on the site, and
    make the secret it knows Roster by. One that is not active is told nothing yet.

    Raises `RepeatedWebhookSecret` when `request_key` has made one before.
    """
    webhook = Webhook(
        organization=organization,
        name=name,
        description=description,
        url=url,
        kinds=_known_kinds(organization, kinds),
        created_by=actor.actor_label,
        **_switched(active=active),
    )
    with changing(organization) as chain:
        require_to_change_settings(actor, organization)
        require_to_read(actor, organization, webhook.kinds)
        require_lasting(actor)
        refuse_repetition(organization, request_key)
        webhook.full_clean()
        _refuse_too_many(organization)
        actor.prove_presence()
        webhook.save()
        record(chain, actor=actor, action="webhook:created", target=webhook, after=webhook.recorded)
        return mint(actor, webhook, request_key)


def update_webhook(*, actor: Actor, webhook: Webhook, **changes: Unpack[WebhookChanges]) -> Webhook:
    """Change where it is, what it is told, and whether it is told anything."""
    require_known(changes, WebhookChanges)
    with changing(webhook.organization) as chain:
        require_to_change_settings(actor, webhook.organization)
        webhook = refetch(webhook)
        before = webhook.recorded
        if changed := assign(webhook, _columns(webhook, changes), _Columns):
            require_to_change(actor, webhook, changed)
            webhook.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="webhook:updated",
                target=webhook,
                before=before,
                after=webhook.recorded,
            )
    return webhook


def delete_webhook(*, actor: Actor, webhook: Webhook) -> None:
    """Tell it nothing any more, and forget what was sent to it."""
    with changing(webhook.organization) as chain:
        require_to_change_settings(actor, webhook.organization)
        webhook = refetch(webhook)
        before = webhook.recorded
        Webhook.objects.filter(pk=webhook.pk).delete()
        record(chain, actor=actor, action="webhook:deleted", target=webhook, before=before)


def send_test(*, actor: Actor, webhook: Webhook) -> WebhookDelivery:
    """Let a message go out that says nothing but that messages arrive."""
    with changing(webhook.organization) as chain:
        require_to_change_settings(actor, webhook.organization)
        webhook = refetch(webhook)
        _require_active(webhook)
        now = timezone.now()
        slug = webhook.organization.slug if webhook.organization else None
        data = {"organization": slug, "webhook": webhook.name}
        delivery = WebhookDelivery.objects.create(
            webhook=webhook, kind=TEST, body=message(TEST, now, data), created_at=now, due_at=now
        )
        record(chain, actor=actor, action="webhook:tested", target=webhook)
    return delivery


def send_again(*, actor: Actor, delivery: WebhookDelivery) -> WebhookDelivery:
    """Let a message go out once more, under its own identifier, with all its tries."""
    webhook = delivery.webhook
    with changing(webhook.organization) as chain:
        require_to_change_settings(actor, webhook.organization)
        require_to_read(actor, webhook.organization, [delivery.kind])
        _require_active(refetch(webhook))
        found = WebhookDelivery.objects.filter(pk=delivery.pk)
        again = found.update(state=WebhookDelivery.State.WAITING, attempts=0, due_at=timezone.now())
        if not again:
            raise Conflict("The message has been forgotten meanwhile.")
        after = {"message": delivery.message_id}
        record(chain, actor=actor, action="webhook:sent-again", target=webhook, after=after)
    return found.select_related("webhook__organization").get()


def stop_webhook(*, webhook: Webhook, why: Webhook.Stop) -> None:
    """Switch a webhook off that does not take what it is sent, and tell the owners; of the site's the
    operators.
    """
    organization = webhook.organization
    with changing(organization) as chain:
        active = Webhook.objects.active().filter(pk=webhook.pk)
        if not active.update(disabled_at=timezone.now(), disabled_because=why):
            return
        record(
            chain, actor=ROSTER, action="webhook:stopped", target=webhook, after={"because": why}
        )
        title = f"The webhook {webhook} was switched off: {WHY_STOPPED[why]}"
        people = people_of(organization)
        news = News(webhook, title, webhook.get_absolute_url(), people, {"because": why})
        tell_by_letter(WEBHOOK_STOPPED, organization, news)


def _known_kinds(organization: Organization | None, kinds: Collection[str]) -> list[str]:
    """The kinds sorted; raises `ValidationError` for one that is not there, or none."""
    offered = offered_at(organization)
    unknown = sorted(set(kinds) - {kind.name for kind in offered})
    if unknown:
        raise ValidationError({"kinds": f"There is no kind {unknown[0]}."})
    if not kinds:
        raise ValidationError({"kinds": NO_KINDS})
    return in_order(kinds, offered)


def _columns(webhook: Webhook, changes: WebhookChanges) -> dict[str, Any]:
    columns: dict[str, Any] = {**changes}
    if "kinds" in changes:
        columns["kinds"] = _known_kinds(webhook.organization, changes["kinds"])
    active = columns.pop("active", webhook.is_active)
    if active != webhook.is_active:
        columns |= _switched(active=active) | {"failing_since": None}
    return columns


def _switched(*, active: bool) -> dict[str, Any]:
    """The columns of what somebody switched on or off."""
    if active:
        return {"disabled_at": None, "disabled_because": ""}
    return {"disabled_at": timezone.now(), "disabled_because": Webhook.Stop.BY_HAND}


def _refuse_too_many(organization: Organization | None) -> None:
    if Webhook.objects.of(organization).count() >= MOST:
        whose = "An organization" if organization else "The site"
        raise ValidationError(f"{whose} has at most {MOST} webhooks.")


def _require_active(webhook: Webhook) -> None:
    if not webhook.is_active:
        raise Conflict("The webhook is switched off: switch it on first.")
