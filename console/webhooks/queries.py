"""Finding webhooks and what was sent to them, through the eyes of whoever looks.

Their addresses may be secrets, so only those see them who may change them.
"""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from console.errors import Conflict
from console.models import Organization, Webhook, WebhookDelivery
from console.notices.event_kinds import AT_ORGANIZATION, AT_SITE
from console.notices.kinds import Kind
from console.permissions.decision import Actor
from console.permissions.operators import require_to_change_settings


def offered_at(organization: Organization | None) -> list[Kind]:
    """What a webhook of the organization may be told, or with `None` one of the site, in groups."""
    return AT_ORGANIZATION if organization else AT_SITE


def webhooks_for(actor: Actor, organization: Organization | None) -> QuerySet[Webhook]:
    """The organization's webhooks, or those of the site."""
    require_to_change_settings(actor, organization)
    return Webhook.objects.of(organization).select_related("organization")


def find_webhook(actor: Actor, organization: Organization | None, webhook: UUID) -> Webhook:
    """The webhook of that UUID, if it stands in the list; else a 404."""
    return get_object_or_404(webhooks_for(actor, organization), uuid=webhook)


def deliveries_of(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """What was sent to it, or waits to be."""
    return webhook.deliveries.select_related("webhook__organization")


def find_delivery(webhook: Webhook, delivery: UUID) -> WebhookDelivery:
    """The one of that UUID."""
    return get_object_or_404(deliveries_of(webhook), uuid=delivery)


def refetch(webhook: Webhook) -> Webhook:
    """The webhook as it is now, under its chain's lock."""
    try:
        return Webhook.objects.select_related("organization").get(pk=webhook.pk)
    except Webhook.DoesNotExist as error:
        raise Conflict("The webhook has been deleted meanwhile.") from error
