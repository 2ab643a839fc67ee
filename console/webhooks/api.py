"""Webhooks through the API: they, their secrets, and what was sent to them."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.filters import Filters
from console.api.generics import InOrganization, ValidatedBody
from console.api.idempotency import request_key
from console.api.problems import Elsewhere
from console.api.serializers import (
    MAX_ITEMS,
    InputSerializer,
    Nothing,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from console.models import Webhook, WebhookDelivery, WebhookSecret
from console.notices.kinds import OF_ORGANIZATION
from console.paging import Order
from console.webhooks.queries import deliveries_of, find_delivery, find_webhook, webhooks_for
from console.webhooks.services import (
    MAX_OVERLAP,
    MintedWebhookSecret,
    RepeatedWebhookSecret,
    create_webhook,
    create_webhook_secret,
    delete_webhook,
    send_again,
    send_test,
    update_webhook,
)

KINDS = ", ".join(f"`{kind.name}`" for kind in OF_ORGANIZATION)


class WebhookSerializer(serializers.Serializer[Any]):
    """An address that is told of the organization's notices."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
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
    url = StrictCharField(help_text="HTTPS alone; a redirect counts as a failure.")
    kinds = serializers.ListField(
        child=StrictCharField(), max_length=MAX_ITEMS, help_text=f"Of {KINDS}."
    )


class WebhookChange(InputSerializer):
    """What of a webhook may change."""

    name = StrictCharField(required=False)
    url = StrictCharField(required=False, help_text="HTTPS alone.")
    kinds = serializers.ListField(
        child=StrictCharField(), max_length=MAX_ITEMS, required=False, help_text=f"Of {KINDS}."
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


class _AboutWebhook(InOrganization):
    """An address of one webhook."""

    def webhook(self) -> Webhook:
        found = self.kwargs["webhook"]
        return find_webhook(self.request.viewer, self.request.organization, found)


class _Reveals(InOrganization):
    """A POST whose answer has a secret, and is kept by nobody on its way."""

    def reveal(self, make: Any, **given: Any) -> MintedWebhookSecret:  # noqa: ANN401 - a service
        """What `make` makes; 409 with where it is when it was made before."""
        try:
            made: MintedWebhookSecret = make(
                actor=self.request.user, request_key=request_key(self.request), **given
            )
        except RepeatedWebhookSecret as repeated:
            raise Elsewhere(str(repeated), self.request.path) from repeated
        return made

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class Webhooks(_Reveals, generics.ListCreateAPIView[Webhook]):
    """The organization's webhooks. They are seen by those who may change the organization: an address may be
    a secret.
    """

    serializer_class = WebhookSerializer
    input_serializer_class = WebhookInput
    created_serializer_class = CreatedWebhookSerializer
    query_serializer_class = Filters
    ordering = Order("id")
    location_name = "console-api:webhook"

    def get_queryset(self) -> QuerySet[Webhook]:
        return webhooks_for(self.request.viewer, self.request.organization)

    def perform_create(self, serializer: ValidatedBody) -> None:
        organization = self.request.organization
        minted = self.reveal(create_webhook, organization=organization, **serializer.validated_data)
        webhook = minted.secret.webhook
        webhook.plaintext = minted.plaintext.reveal()  # type: ignore[attr-defined] # shown once
        serializer.instance = webhook


class WebhookResource(_AboutWebhook, generics.RetrieveUpdateDestroyAPIView[Webhook]):
    """One of them."""

    serializer_class = WebhookSerializer
    input_serializer_class = WebhookChange

    def get_object(self) -> Webhook:
        return self.webhook()

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = update_webhook(
            actor=self.request.user, webhook=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, instance: Webhook) -> None:
        delete_webhook(actor=self.request.user, webhook=instance)


class WebhookSecrets(_AboutWebhook, _Reveals, generics.ListCreateAPIView[WebhookSecret]):
    """The secrets that messages are signed with now; a POST makes another, shown once."""

    serializer_class = WebhookSecretSerializer
    input_serializer_class = WebhookSecretInput
    created_serializer_class = MintedWebhookSecretSerializer
    query_serializer_class = Filters
    ordering = Order("id", descending=True)

    def get_queryset(self) -> QuerySet[WebhookSecret]:
        return self.webhook().secrets.live()

    def perform_create(self, serializer: ValidatedBody) -> None:
        webhook, overlap = self.webhook(), serializer.validated_data.get("overlap")
        lasting = None if overlap is None else timedelta(seconds=overlap)
        minted = self.reveal(create_webhook_secret, webhook=webhook, overlap=lasting)
        minted.secret.plaintext = minted.plaintext.reveal()  # type: ignore[attr-defined] # shown once
        serializer.instance = minted.secret


class WebhookTests(_AboutWebhook, generics.CreateAPIView[WebhookDelivery]):
    """A POST sends a message that says nothing but that messages arrive."""

    serializer_class = WebhookDeliverySerializer
    input_serializer_class = Nothing

    def perform_create(self, serializer: ValidatedBody) -> None:
        serializer.instance = send_test(actor=self.request.user, webhook=self.webhook())


class WebhookDeliveries(_AboutWebhook, generics.ListAPIView[WebhookDelivery]):
    """What was sent to it within 30 days, the newest first."""

    serializer_class = WebhookDeliverySerializer
    query_serializer_class = Filters
    ordering = Order("id", descending=True)

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        return deliveries_of(self.webhook())


class WebhookDeliveryResource(_AboutWebhook, generics.RetrieveAPIView[WebhookDelivery]):
    """One message."""

    serializer_class = WebhookDeliverySerializer

    def get_object(self) -> WebhookDelivery:
        return find_delivery(self.webhook(), self.kwargs["delivery"])


class WebhookDeliveryRepetition(_AboutWebhook, generics.CreateAPIView[WebhookDelivery]):
    """A POST sends the message once more, with the same `webhook-id`."""

    serializer_class = WebhookDeliverySerializer
    input_serializer_class = Nothing

    def perform_create(self, serializer: ValidatedBody) -> None:
        delivery = find_delivery(self.webhook(), self.kwargs["delivery"])
        serializer.instance = send_again(actor=self.request.user, delivery=delivery)
