"""Services through the API: an organization's, with those of the site that serve it, and the site's own."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.filters import Filters
from console.api.generics import (
    InPlace,
    ReauthenticatedDestroyMixin,
    ValidatedBody,
)
from console.api.idempotency import request_key
from console.api.problems import Elsewhere
from console.api.serializers import (
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from console.models import Service, ServiceSecret
from console.paging import Order
from console.services.queries import (
    find_service,
    find_service_to_change,
    services_for,
)
from console.services.services import (
    MAX_OVERLAP,
    RepeatedSecret,
    create_service,
    create_service_secret,
    delete_service,
    update_service,
)


class ServiceSerializer(serializers.Serializer[Any]):
    """A verifier. `identifier` is what it calls itself when it asks, and the audience of what it gets."""

    id = serializers.UUIDField(source="uuid")
    organization = serializers.CharField(
        source="organization.slug", allow_null=True, default=None, help_text="Null: of the site."
    )
    identifier = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    host = serializers.CharField()
    uses_x5c = serializers.BooleanField()
    audience = serializers.CharField()
    proxy = serializers.CharField()
    exempt_from_addresses = serializers.BooleanField()
    personal_tokens = serializers.CharField()
    from_environment = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class ServiceChange(InputSerializer):
    """What of a service may change."""

    description = StrictCharField(allow_blank=True, required=False)
    host = StrictCharField(
        required=False,
        allow_blank=True,
        help_text="Of a registry or a proxy: a host and perhaps a port.",
    )
    uses_x5c = StrictBooleanField(
        required=False,
        help_text="Of a registry: each token carries the certificate of its key.",
    )
    audience = StrictCharField(
        required=False,
        allow_blank=True,
        help_text="Of a resource server or a cluster: whom tokens are for.",
    )
    proxy = StrictCharField(
        required=False,
        allow_blank=True,
        help_text="Of a reverse proxy: `nginx`, `traefik`, `caddy`, `envoy` or `haproxy`.",
    )
    exempt_from_addresses = StrictBooleanField(
        required=False,
        help_text="Of a resource server or a cluster: tokens that are limited to networks are good there.",
    )
    personal_tokens = StrictCharField(
        required=False,
        help_text="What people's own tokens may do: `none`, `pull` or `all`; at a cluster not `pull`.",
    )


class ServiceInput(ServiceChange):
    """A new service."""

    kind = StrictCharField(
        required=False,
        default=Service.Kind.REGISTRY,
        help_text="`registry`, `resource` (an OAuth resource server), `proxy`, or `cluster` (Kubernetes).",
    )
    name = StrictCharField()


class ServiceSecretSerializer(serializers.Serializer[Any]):
    """A secret with which a service proves itself, without the secret itself."""

    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()
    ends_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class MintedServiceSecretSerializer(ServiceSecretSerializer):
    """The same in the one answer that has it; the service's `id` is the client's."""

    client_id = serializers.UUIDField(source="service.uuid")
    client_secret = serializers.CharField(source="plaintext")


class ServiceSecretInput(InputSerializer):
    """A new secret, and how long the one before goes on."""

    overlap = StrictIntegerField(
        required=False,
        min_value=0,
        max_value=int(MAX_OVERLAP.total_seconds()),
        help_text="Seconds; a day unless that is said.",
    )


class Services(InPlace, generics.ListCreateAPIView[Service]):
    """The services that see the organization's tokens: its own, and the site's."""

    serializer_class = ServiceSerializer
    input_serializer_class = ServiceInput
    query_serializer_class = Filters
    ordering = Order("id")
    location_name = "console-api:service"

    def get_queryset(self) -> QuerySet[Service]:
        return services_for(self.request.viewer, self.organization)

    def perform_create(self, serializer: ValidatedBody) -> None:
        serializer.instance = create_service(
            actor=self.request.user, organization=self.organization, **serializer.validated_data
        )


class ServiceResource(
    InPlace, ReauthenticatedDestroyMixin, generics.RetrieveUpdateDestroyAPIView[Service]
):
    """One of them. The site's are changed at the site's own address."""

    serializer_class = ServiceSerializer
    input_serializer_class = ServiceChange

    def get_object(self) -> Service:
        find = find_service if self.request.method in SAFE_METHODS else find_service_to_change
        return find(self.request.viewer, self.organization, self.asked("service"))

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = update_service(
            actor=self.request.user, service=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, instance: Service) -> None:
        delete_service(actor=self.request.user, service=instance)


class ServiceSecrets(InPlace, generics.ListCreateAPIView[ServiceSecret]):
    """The secrets of a service that work now; a POST makes another, shown once. Proxies have none."""

    serializer_class = ServiceSecretSerializer
    input_serializer_class = ServiceSecretInput
    created_serializer_class = MintedServiceSecretSerializer
    query_serializer_class = Filters
    ordering = Order("id", descending=True)

    def _service(self) -> Service:
        return find_service_to_change(self.request.viewer, self.organization, self.asked("service"))

    def get_queryset(self) -> QuerySet[ServiceSecret]:
        return self._service().secrets.live()

    def perform_create(self, serializer: ValidatedBody) -> None:
        service, overlap = self._service(), serializer.validated_data.get("overlap")
        try:
            minted = create_service_secret(
                actor=self.request.user,
                service=service,
                overlap=None if overlap is None else timedelta(seconds=overlap),
                request_key=request_key(self.request),
            )
        except RepeatedSecret as repeated:
            raise Elsewhere(str(repeated), self.request.path) from repeated
        minted.secret.plaintext = minted.plaintext.reveal()  # type: ignore[attr-defined] # shown once
        serializer.instance = minted.secret

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class SiteServices(Services):
    """The services of the site, which see the tokens of every organization."""

    location_name = "console-api:site-service"


class SiteServiceSecrets(ServiceSecrets):
    """The secrets of a service of the site."""


class SiteServiceResource(ServiceResource):
    """One service of the site."""
