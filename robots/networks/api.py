"""From which networks an organization's robots may come, and what a change of them would refuse."""

from typing import Any

from rest_framework import generics, serializers
from rest_framework.mixins import UpdateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.generics import InOrganization, ValidatedBody
from console.api.serializers import MAX_ITEMS, InputSerializer, StrictCharField
from console.models import Organization
from console.network_modes import NetworkMode
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.networks.naming import by_the_names_of
from robots.networks.queries import blind_services, logins_of
from robots.networks.services import (
    apply_changes,
    change_robot_networks,
    may_set_networks,
    require_to_set_networks,
)
from robots.queries.networks import would_be_refused

MODES = [mode.value for mode in NetworkMode]
NAMES = {"robot_networks": "networks", "robot_network_mode": "network_mode"}


class RobotNetworksSerializer(serializers.Serializer[Any]):
    """From where robots may come, in addition to their own networks and their tokens'. Without any, from
    everywhere.
    """

    networks = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Null for those who may not change them.",
    )
    network_mode = serializers.ChoiceField(MODES)

    def to_representation(self, instance: Organization) -> dict[str, Any]:
        sees = may_set_networks(self.context["view"].request.viewer, instance)
        networks = instance.robot_networks.split() if sees else None
        mode = instance.robot_network_mode
        return super().to_representation({"networks": networks, "network_mode": mode})


class RobotNetworksInput(InputSerializer):
    """What of them may change. `observe` refuses nobody and counts."""

    networks = serializers.ListField(
        max_length=MAX_ITEMS, child=StrictCharField(), required=False, source="robot_networks"
    )
    network_mode = serializers.ChoiceField(MODES, required=False, source="robot_network_mode")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        if "robot_networks" in values:
            values["robot_networks"] = " ".join(values["robot_networks"])
        return values


class RefusedPlaceSerializer(serializers.Serializer[Any]):
    """From where a token came that would be refused; no address where the service saw no client."""

    address = serializers.CharField()
    token = serializers.CharField()
    uses = serializers.IntegerField()
    last_used_at = serializers.DateTimeField(source="last")


class WouldBeRefusedSerializer(serializers.Serializer[Any]):
    """What of the last 30 days would have been refused, the latest first; the first fifty stand here."""

    places = RefusedPlaceSerializer(many=True)
    more = serializers.IntegerField(help_text="How many there are besides.")
    blind_services = serializers.ListField(
        child=serializers.CharField(),
        help_text="Services that see no client: every robot's token is refused there. Exempt them first.",
    )

    def to_representation(self, instance: Organization) -> dict[str, Any]:
        outside = would_be_refused(logins_of(instance), instance.robot_networks)
        blind = blind_services(instance) if instance.robot_networks else []
        names = [service.name for service in blind]
        found = {"places": outside.places, "more": outside.more, "blind_services": names}
        return super().to_representation(found)


class RobotNetworksResource(InOrganization, generics.RetrieveUpdateAPIView[Any]):
    """From where the organization's robots may come."""

    serializer_class = RobotNetworksSerializer
    input_serializer_class = RobotNetworksInput

    def get_object(self) -> Organization:
        return self.request.organization

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        require(self.request.viewer, Permission.ORGANIZATION_READ, self.request.organization)
        return super().retrieve(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        with by_the_names_of(NAMES):
            serializer.instance = change_robot_networks(
                actor=self.request.user,
                organization=serializer.instance,
                **serializer.validated_data,
            )


class RobotNetworksPreview(InOrganization, UpdateModelMixin):
    """What a change would have refused lately; it changes nothing."""

    serializer_class = WouldBeRefusedSerializer
    input_serializer_class = RobotNetworksInput

    def get_object(self) -> Organization:
        return Organization.objects.get(pk=self.request.organization.pk)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.update(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        require_to_set_networks(self.request.viewer, serializer.instance)
        with by_the_names_of(NAMES):
            apply_changes(self.request.user, serializer.instance, serializer.validated_data)
