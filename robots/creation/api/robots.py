"""All robots: their list with the filters of its page, and new ones, with their first token or without."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from rest_framework import generics

from console.api.generics import ApiRequest, ValidatedBody
from console.api.pagination import KeysetPagination
from console.models import Project
from console.permissions.decision import require
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.api.robots import find_own_project, shown, with_people
from robots.accounts.api.shapes import RobotFilters, RobotSerializer
from robots.accounts.services.robots import GrantRequest
from robots.creation.api.shapes import ALL, NewRobotSerializer, RobotInput
from robots.creation.services import (
    FirstToken,
    TokenRefused,
    create_robot_in_teams,
    create_robot_with_token,
)
from robots.models import Robot
from robots.queries.filtering import filtered, order_of
from robots.queries.listing import annotated, robot_rows
from robots.tokens.api.revealing import Revealing, narrowed
from teams.models import Team


class RobotPagination(KeysetPagination):
    """A page of robots with what their list shows."""

    def get_rows(self) -> list[Any]:
        return list(robot_rows(self.request, self.page.rows))


class Robots(Revealing, generics.ListCreateAPIView[Robot]):
    """All robots of the organization and of its projects that the caller may see."""

    serializer_class = RobotSerializer
    input_serializer_class = RobotInput
    created_serializer_class = NewRobotSerializer
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
        serializer.instance = self._create(
            values.pop("token", None), _wish(request, project, values)
        )

    def _create(self, token: dict[str, Any] | None, wish: dict[str, Any]) -> Any:  # noqa: ANN401 - a row
        """The new robot, with the token that its one answer shows."""
        if token is None:
            return shown(self.request, create_robot_in_teams(actor=self.request.user, **wish))
        try:
            made = self.reveal(create_robot_with_token, token=_first_token(token), **wish)
        except TokenRefused as error:
            raise _at_token(error.refusal) from error
        row = shown(self.request, made.of_robot)
        row.robot.first_token = made
        return row


def _first_token(values: dict[str, Any]) -> FirstToken:
    return FirstToken(**narrowed(values), ends_as_preset="expires_at" not in values)


def _at_token(refusal: ValidationError) -> ValidationError:
    """The same errors, at the fields of `token`."""
    by_field = refusal.update_error_dict({})
    of_all = by_field.pop(NON_FIELD_ERRORS, [])
    named = {f"token.{field}": errors for field, errors in by_field.items()}
    return ValidationError(named | ({"token": of_all} if of_all else {}))


def _wish(request: ApiRequest, project: Project | None, values: dict[str, Any]) -> dict[str, Any]:
    """What a body says of a new robot, as the services take it."""
    grants = [_grant(request, grant) for grant in values.pop("grants")]
    if (ticked := values.pop("permissions", None)) is not None:
        grants.append(_of_own_project(project, ticked))
    _refuse_twice(grants)
    return with_people(request, values) | {
        "organization": request.organization,
        "project": project,
        "grants": grants,
        "teams": _teams(request, values["teams"]),
        "addresses": " ".join(values.get("addresses", ())),
    }


def _refuse_twice(grants: list[GrantRequest]) -> None:
    projects = [grant.project for grant in grants]
    if len(set(projects)) < len(projects):
        raise ValidationError({"grants": "Give one grant for each project."})


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
