"""Finding webhooks and what was sent to them, through the eyes of whoever looks.

Their addresses may be secrets, so only those see them who may change them.
"""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from console.models import Organization, Webhook, WebhookDelivery
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission


def webhooks_for(actor: Actor, organization: Organization) -> QuerySet[Webhook]:
    """The organization's webhooks."""
    require(actor, Permission.ORGANIZATION_UPDATE, organization)
    return Webhook.objects.filter(organization=organization).select_related("organization")


def find_webhook(actor: Actor, organization: Organization, webhook: UUID) -> Webhook:
    """The webhook of that UUID, if it stands in the list; else a 404."""
    return get_object_or_404(webhooks_for(actor, organization), uuid=webhook)


def deliveries_of(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """What was sent to it, or waits to be."""
    return webhook.deliveries.select_related("webhook__organization")


def find_delivery(webhook: Webhook, delivery: UUID) -> WebhookDelivery:
    """The one of that UUID."""
    return get_object_or_404(deliveries_of(webhook), uuid=delivery)
