"""Webhooks as the API reads and answers them."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from console.api.serializers import (
    MAX_ITEMS,
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from console.notices.event_kinds import AT_ORGANIZATION, AT_SITE
from console.notices.kinds import Kind
from console.webhooks.services.secrets import MAX_OVERLAP


def _names(kinds: Iterable[Kind]) -> str:
    return ", ".join(f"`{kind.name}`" for kind in kinds)


KINDS = f"Of {_names(AT_ORGANIZATION)}; of the site {_names(AT_SITE)}."


class WebhookSerializer(serializers.Serializer[Any]):
    """An address that is told what happens in an organization, or on the site."""

    id = serializers.UUIDField(source="uuid")
    organization = serializers.CharField(
        source="organization.slug", allow_null=True, default=None, help_text="Null: of the site."
    )
    name = serializers.CharField()
    description = serializers.CharField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    active = serializers.BooleanField(source="is_active")
    disabled_because = serializers.CharField(
        help_text="Empty, `by hand`, `gone` (it answered 410), or `failing`."
    )
    disabled_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when nothing has arrived."
    )
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()


class CreatedWebhookSerializer(WebhookSerializer):
    """The same in the one answer that has its secret."""

    secret = serializers.CharField(source="plaintext", help_text="What messages are signed with.")


class WebhookInput(InputSerializer):
    """A new webhook."""

    name = StrictCharField()
    description = StrictCharField(allow_blank=True, required=False)
    url = StrictCharField(help_text="HTTPS alone; a redirect counts as a failure.")
    kinds = serializers.ListField(child=StrictCharField(), max_length=MAX_ITEMS, help_text=KINDS)
    active = StrictBooleanField(
        required=False, help_text="Whether it is told anything; true unless you say otherwise."
    )


class WebhookChange(InputSerializer):
    """What of a webhook may change."""

    name = StrictCharField(required=False)
    description = StrictCharField(allow_blank=True, required=False)
    url = StrictCharField(required=False, help_text="HTTPS alone.")
    kinds = serializers.ListField(
        child=StrictCharField(), max_length=MAX_ITEMS, required=False, help_text=KINDS
    )
    active = StrictBooleanField(required=False, help_text="Whether it is told anything.")


class WebhookSecretSerializer(serializers.Serializer[Any]):
    """A secret that messages are signed with, without the secret itself."""

    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()
    ends_at = serializers.DateTimeField(allow_null=True)


class MintedWebhookSecretSerializer(WebhookSecretSerializer):
    """The same in the one answer that has it."""

    secret = serializers.CharField(source="plaintext")


class WebhookSecretInput(InputSerializer):
    """A new secret, and how long messages are signed with the one before as well."""

    overlap = StrictIntegerField(
        required=False,
        min_value=0,
        max_value=int(MAX_OVERLAP.total_seconds()),
        help_text="Seconds; a day unless that is said.",
    )


class WebhookTrySerializer(serializers.Serializer[Any]):
    """One try to send a message. Of the answer there is the status alone."""

    at = serializers.DateTimeField()
    milliseconds = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True)
    fault = serializers.CharField(help_text="Why there was no answer.")


class WebhookDeliverySerializer(serializers.Serializer[Any]):
    """A message to a webhook."""

    id = serializers.UUIDField(source="uuid")
    message_id = serializers.CharField(help_text="What stands in `webhook-id`.")
    kind = serializers.CharField()
    state = serializers.CharField(help_text="`waiting`, `delivered` or `failed`.")
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="When it is tried next, while it waits.")
    tries = WebhookTrySerializer(many=True)
