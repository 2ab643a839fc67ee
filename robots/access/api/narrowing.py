"""What a robot holds and has not used, and narrowing it to what it used."""

from typing import Any

from rest_framework import generics, serializers

from console.api.generics import InOrganization, ValidatedBody
from console.api.serializers import InputSerializer, StrictCharField
from robots.access.services.narrowing import narrow_robot
from robots.queries.finding import find_robot
from robots.queries.permission_uses import Recording
from robots.queries.unused_permissions import Unused, unused_permissions
from teams.models import Team

MOST = 200


class LeftSerializer(serializers.Serializer[Any]):
    """What a grant would give: a level, or permissions; neither where it would be taken back."""

    role = serializers.CharField(help_text="A level such as `repository:read`, or empty.")
    permissions = serializers.ListField(child=serializers.CharField(), source="listed")


class UnusedGrantSerializer(serializers.Serializer[Any]):
    """A grant of which something was not used, and what would be left of it."""

    grant = serializers.UUIDField(source="uuid")
    on = serializers.CharField(source="grant.scope_label")
    gives = serializers.CharField(source="grant.what")
    unused = serializers.ListField(child=serializers.CharField())
    left = LeftSerializer()
    kept_because = serializers.CharField(
        help_text="Why it cannot be narrowed here, such as the team that it comes from; empty where it can."
    )
    seen = serializers.CharField(
        source="fingerprint",
        help_text="To be sent back when it is narrowed; it differs after any change.",
    )


class UnusedPermissionsSerializer(serializers.Serializer[Any]):
    """What was held for 90 days and not used."""

    recorded_since = serializers.DateField(source="recording.began_on")
    days_to_go = serializers.IntegerField(
        source="recording.days_to_go",
        help_text="For how many more days uses have to be recorded before anything is judged.",
    )
    not_judged = serializers.IntegerField(
        source="young", help_text="Grants that have been as they are for less than 90 days."
    )
    results = UnusedGrantSerializer(many=True, source="grants")


class UnusedPermissions(InOrganization, generics.RetrieveAPIView[Any]):
    """What a robot holds and has not used for 90 days."""

    serializer_class = UnusedPermissionsSerializer

    def get_object(self) -> Unused:
        robot = find_robot(self.request, self.request.organization, self.kwargs["robot"])
        hidden = Team.objects.hidden_from(self.request.viewer, self.request.organization)
        return unused_permissions(robot, hidden)


class SeenGrantInput(InputSerializer):
    """A grant of the robot's own, as it was seen."""

    grant = serializers.UUIDField()
    seen = StrictCharField(max_length=16, help_text="As `unused-permissions/` says it.")


class NarrowingInput(InputSerializer):
    """Which grants; each then gives what would be left of it."""

    grants = SeenGrantInput(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg] # as in robots/accounts/api/shapes.py


class Narrowing(InOrganization, generics.CreateAPIView[Any]):
    """Narrow a robot's grants to what it used: all of them or none. 409 where one has changed since."""

    serializer_class = UnusedPermissionsSerializer
    input_serializer_class = NarrowingInput

    def perform_create(self, serializer: ValidatedBody) -> None:
        robot = find_robot(self.request, self.request.organization, self.kwargs["robot"])
        seen = {it["grant"]: it["seen"] for it in serializer.validated_data["grants"]}
        done = narrow_robot(actor=self.request.user, robot=robot, seen=seen)
        serializer.instance = Unused(Recording.now(), done)
