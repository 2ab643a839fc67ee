"""How robots were used."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from console.api.operations import shows
from console.api.resources import Api, InOrganization
from console.api.shapes import Answer
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.queries.finding import find_robot
from robots.usage.days import organization_days, robot_days


class DayAnswer(Answer):
    """One day's requests."""

    day = serializers.DateField()
    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()


class UsageAnswer(Answer):
    """The last thirty days."""

    days = DayAnswer(many=True)
    accepted = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField()

    def get_accepted(self, usage: dict[str, Any]) -> int:
        return sum(day.accepted for day in usage["days"])

    def get_refused(self, usage: dict[str, Any]) -> int:
        return sum(day.refused for day in usage["days"])


class RobotUsage(InOrganization):
    """How a robot was used."""

    @shows(UsageAnswer)
    def get(self, request: Api, robot: UUID) -> dict[str, Any]:
        found = find_robot(request, request.organization, robot)
        return {"days": robot_days(found)}


class OrganizationUsage(InOrganization):
    """How all robots of the organization were used."""

    @shows(UsageAnswer)
    def get(self, request: Api) -> dict[str, Any]:
        require(request.viewer, Permission.ORGANIZATION_READ, request.organization)
        return {"days": organization_days(request.organization)}
