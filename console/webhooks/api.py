"""Webhooks through the API: they, their secrets, and what was sent to them."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.filters import Filters
from console.api.generics import InPlace, ValidatedBody
from console.api.idempotency import request_key
from console.api.problems import Elsewhere
from console.api.serializers import Nothing
from console.models import Webhook, WebhookDelivery, WebhookSecret
from console.paging import Order
from console.webhooks.queries import deliveries_of, find_delivery, find_webhook, webhooks_for
from console.webhooks.serializers import (
    CreatedWebhookSerializer,
    MintedWebhookSecretSerializer,
    WebhookChange,
    WebhookDeliverySerializer,
    WebhookInput,
    WebhookSecretInput,
    WebhookSecretSerializer,
    WebhookSerializer,
)
from console.webhooks.services.secrets import (
    MintedWebhookSecret,
    RepeatedWebhookSecret,
    create_webhook_secret,
)
from console.webhooks.services.webhooks import (
    create_webhook,
    delete_webhook,
    send_again,
    send_test,
    update_webhook,
)


class _AboutWebhook(InPlace):
    """An address of one webhook."""

    def webhook(self) -> Webhook:
        return find_webhook(self.request.viewer, self.organization, self.asked("webhook"))

    def delivery(self) -> WebhookDelivery:
        return find_delivery(self.webhook(), self.asked("delivery"))


class _Reveals(InPlace):
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
        return webhooks_for(self.request.viewer, self.organization)

    def perform_create(self, serializer: ValidatedBody) -> None:
        organization = self.organization
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
        return self.delivery()


class WebhookDeliveryRepetition(_AboutWebhook, generics.CreateAPIView[WebhookDelivery]):
    """A POST sends the message once more, with the same `webhook-id`."""

    serializer_class = WebhookDeliverySerializer
    input_serializer_class = Nothing

    def perform_create(self, serializer: ValidatedBody) -> None:
        serializer.instance = send_again(actor=self.request.user, delivery=self.delivery())


class SiteWebhooks(Webhooks):
    """The webhooks of the site, which are told what concerns all of it. Operators alone see them."""

    location_name = "console-api:site-webhook"


class SiteWebhookResource(WebhookResource):
    """One webhook of the site."""


class SiteWebhookSecrets(WebhookSecrets):
    """The secrets of a webhook of the site; a POST makes another, shown once."""


class SiteWebhookTests(WebhookTests):
    """A POST sends a webhook of the site a test."""


class SiteWebhookDeliveries(WebhookDeliveries):
    """What was sent to a webhook of the site within 30 days, the newest first."""


class SiteWebhookDeliveryResource(WebhookDeliveryResource):
    """One message to a webhook of the site."""


class SiteWebhookDeliveryRepetition(WebhookDeliveryRepetition):
    """A POST sends a message to a webhook of the site once more, with the same `webhook-id`."""
