"""One robot: what is said of it, and what may change. The list of all is in `robots.creation`."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import generics
from rest_framework.permissions import SAFE_METHODS

from console.api.generics import (
    ApiRequest,
    InOrganization,
    ReauthenticatedDestroyMixin,
    ValidatedBody,
    require_proof,
)
from console.models import Project
from console.organizations.queries import called
from robots.accounts.api.shapes import RobotChange, RobotSerializer
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import delete_robot
from robots.base.states import is_longer
from robots.models import Robot
from robots.queries.finding import find_robot
from robots.queries.listing import annotated, robot_rows
from teams.models import Membership


def shown(request: ApiRequest, robot: Robot) -> Any:  # noqa: ANN401 - a row of the list
    """One robot as the list shows it."""
    found = annotated(Robot.objects.filter(pk=robot.pk)).select_related(
        "organization", "responsible__user"
    )
    return robot_rows(request, found)[0]


def find_own_project(request: ApiRequest, slug: str | None, field: str) -> Project | None:
    """The project of that slug or UUID among those that the caller may see."""
    if slug is None:
        return None
    seen = Project.objects.visible_to(request.viewer, request.organization)
    found = seen.select_related("organization").filter(called(slug, "slug")).first()
    if found is None:
        raise ValidationError({field: f"There is no project {slug!r}, or you do not see it."})
    return found


def with_people(request: ApiRequest, values: dict[str, Any]) -> dict[str, Any]:
    """The values with the membership instead of the address of who is responsible."""
    if (email := values.get("responsible")) is None:
        return values
    members = Membership.objects.filter(organization=request.organization)
    found = members.select_related("user").filter(user__email=email.strip().lower()).first()
    if found is None:
        raise ValidationError({"responsible": "The person is not a member of this organization."})
    return values | {"responsible": found}


class RobotResource(
    InOrganization, ReauthenticatedDestroyMixin, generics.RetrieveUpdateDestroyAPIView[Robot]
):
    """One robot."""

    serializer_class = RobotSerializer
    input_serializer_class = RobotChange

    def get_object(self) -> Any:  # noqa: ANN401 - a row of the list, or what a service takes
        robot = find_robot(self.request, self.request.organization, self.kwargs["robot"])
        return shown(self.request, robot) if self.request.method in SAFE_METHODS else robot

    def perform_update(self, serializer: ValidatedBody) -> None:
        values = serializer.validated_data
        if "addresses" in values:
            values["addresses"] = " ".join(values["addresses"])
        named = with_people(self.request, values)
        kept: Robot = serializer.instance
        is_extended = "expires_at" in named and is_longer(kept.expires_at, named["expires_at"])
        if is_extended and kept.strong_permissions():
            require_proof(self.request)
        robot = update_robot(actor=self.request.user, robot=serializer.instance, **named)
        serializer.instance = shown(self.request, robot)

    def perform_destroy(self, instance: Robot) -> None:
        delete_robot(actor=self.request.user, robot=instance)
