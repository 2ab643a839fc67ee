"""Robots: their list with the filters of its page, and what may change."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.permissions import SAFE_METHODS

from console.api.generics import (
    ApiRequest,
    InOrganization,
    ReauthenticatedDestroyMixin,
    ValidatedBody,
    require_proof,
)
from console.api.pagination import KeysetPagination
from console.audit.recording import changing
from console.models import Project
from console.organizations.queries import called
from console.permissions.decision import require
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.api.shapes import ALL, RobotChange, RobotFilters, RobotInput, RobotSerializer
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import GrantRequest, create_robot, delete_robot
from robots.accounts.services.teams import add_team_robots
from robots.base.states import is_longer
from robots.models import Robot
from robots.queries.filtering import filtered, order_of
from robots.queries.finding import find_robot
from robots.queries.listing import annotated, robot_rows
from teams.models import Membership, Team


def shown(request: ApiRequest, robot: Robot) -> Any:  # noqa: ANN401 - a row of the list
    """One robot as the list shows it."""
    found = annotated(Robot.objects.filter(pk=robot.pk)).select_related(
        "organization", "responsible__user"
    )
    return robot_rows(request, found)[0]


class RobotPagination(KeysetPagination):
    """A page of robots with what their list shows."""

    def get_rows(self) -> list[Any]:
        return list(robot_rows(self.request, self.page.rows))


class Robots(InOrganization, generics.ListCreateAPIView[Robot]):
    """All robots of the organization and of its projects that the caller may see."""

    serializer_class = RobotSerializer
    input_serializer_class = RobotInput
    query_serializer_class = RobotFilters
    pagination_class = RobotPagination
    location_name = "robots-api:robot"

    def get_queryset(self) -> QuerySet[Robot]:
        self.ordering = order_of(self.query)
        robots = Robot.objects.visible_to(self.request.viewer, self.request.organization)
        found = filtered(self.request, robots, self.query)
        return annotated(found).select_related("responsible__user")

    def perform_create(self, serializer: ValidatedBody) -> None:
        request, values = self.request, serializer.validated_data
        project = find_own_project(request, values.pop("project"), "project")
        # Before anything that the body names is looked for.
        require(request.viewer, Permission.ROBOT_CREATE, project or request.organization)
        serializer.instance = shown(request, _create(request, project, values))


def _create(request: ApiRequest, project: Project | None, values: dict[str, Any]) -> Robot:
    teams, addresses = _teams(request, values.pop("teams")), " ".join(values.pop("addresses", []))
    grants = [_grant(request, grant) for grant in values.pop("grants")]
    if (ticked := values.pop("permissions", None)) is not None:
        grants.append(_of_own_project(project, ticked))
    _refuse_twice(grants)
    values, actor = _with_people(request, values), request.user
    with changing(request.organization):
        robot = create_robot(
            actor=actor,
            organization=request.organization,
            project=project,
            grants=grants,
            addresses=addresses,
            **values,
        )
        for team in teams:
            add_team_robots(actor=actor, team=team, robots=[robot])
    return robot


def _refuse_twice(grants: list[GrantRequest]) -> None:
    projects = [grant.project for grant in grants]
    if len(set(projects)) < len(projects):
        raise ValidationError({"grants": "Give one grant for each project."})


def find_own_project(request: ApiRequest, slug: str | None, field: str) -> Project | None:
    """The project of that slug or UUID among those that the caller may see."""
    if slug is None:
        return None
    seen = Project.objects.visible_to(request.viewer, request.organization)
    found = seen.select_related("organization").filter(called(slug, "slug")).first()
    if found is None:
        raise ValidationError({field: f"There is no project {slug!r}, or you do not see it."})
    return found


def _teams(request: ApiRequest, names: Sequence[str]) -> list[Team]:
    seen = Team.objects.visible_to(request.viewer, request.organization)
    teams = {team.name: team for team in seen.filter(name__in=names).select_related("organization")}
    if missing := set(names) - teams.keys():
        raise ValidationError(
            {"teams": f"There is no team {min(missing)!r}, or you do not see it."}
        )
    return list(teams.values())


def _grant(request: ApiRequest, grant: dict[str, Any]) -> GrantRequest:
    permissions, level = frozenset(map(Permission, grant["permissions"])), grant.get("level", "")
    if bool(permissions) == bool(level):
        raise ValidationError({"grants": "Each has `permissions` or a `level`."})
    project = find_own_project(request, grant["project"], "grants")
    return GrantRequest(project, permissions, level)


def _of_own_project(project: Project | None, ticked: Sequence[str]) -> GrantRequest:
    if project is None:
        raise ValidationError(
            {"permissions": "Only for a project's robot. Give `grants` instead, or a `project`."}
        )
    names = TICKABLE if ALL in ticked else ticked
    return GrantRequest(project, frozenset(map(Permission, names)))


def _with_people(request: ApiRequest, values: dict[str, Any]) -> dict[str, Any]:
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
        named = _with_people(self.request, values)
        kept: Robot = serializer.instance
        is_extended = "expires_at" in named and is_longer(kept.expires_at, named["expires_at"])
        if is_extended and kept.strong_permissions():
            require_proof(self.request)
        robot = update_robot(actor=self.request.user, robot=serializer.instance, **named)
        serializer.instance = shown(self.request, robot)

    def perform_destroy(self, instance: Robot) -> None:
        delete_robot(actor=self.request.user, robot=instance)
