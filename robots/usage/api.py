"""How robots were used."""

from typing import Any

from rest_framework import generics, serializers

from console.api.generics import InOrganization
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.queries.finding import find_robot
from robots.usage.days import organization_days, robot_use


class DaySerializer(serializers.Serializer[Any]):
    """One day's requests."""

    day = serializers.DateField()
    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()


class UsageSerializer(serializers.Serializer[Any]):
    """The last thirty days."""

    days = DaySerializer(many=True)
    accepted = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField()

    def get_accepted(self, usage: dict[str, Any]) -> int:
        return sum(day.accepted for day in usage["days"])

    def get_refused(self, usage: dict[str, Any]) -> int:
        return sum(day.refused for day in usage["days"])


class RobotUsage(InOrganization, generics.RetrieveAPIView[Any]):
    """How a robot was used."""

    serializer_class = UsageSerializer

    def get_object(self) -> dict[str, Any]:
        robot = find_robot(self.request, self.request.organization, self.kwargs["robot"])
        return {"days": robot_use(robot).days}


class OrganizationUsage(InOrganization, generics.RetrieveAPIView[Any]):
    """How all robots of the organization were used."""

    serializer_class = UsageSerializer

    def get_object(self) -> dict[str, Any]:
        require(self.request.viewer, Permission.ORGANIZATION_READ, self.request.organization)
        return {"days": organization_days(self.request.organization)}
