"""Grants of teams, people and robots, on the organization, its projects and their repositories."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from rest_framework import generics

from console.api.generics import ApiRequest, InOrganization, ValidatedBody
from console.api.pagination import KeysetPagination
from console.models import Repository
from console.organizations.queries import find_project, find_repository
from console.paging import Order, address
from console.permissions.decision import MissingPermission, allows, require
from console.permissions.vocabulary import Permission
from robots.access.api.shapes import (
    CUSTOM,
    KINDS,
    GrantFilters,
    GrantInput,
    GrantSerializer,
    WhatInput,
)
from robots.accounts.api.robots import find_own_project
from robots.models import HOLDERS, Robot
from teams.grants.services import GrantSpec, change_grant, give, scope_of, take
from teams.models import AccessGrant, Role, Team, User


def _readable(request: ApiRequest, wanted: dict[str, Any]) -> Q:
    """Those grants that were asked for and that the caller may read; 403 when there can be none."""
    if repository := wanted.get("repository"):
        found = find_repository(request, request.organization, repository)
        require(request.viewer, Permission.GRANT_READ, found)
        return Q(repository=found)
    if project := wanted.get("project"):
        place = find_project(request, request.organization, project)
        require(request.viewer, Permission.GRANT_READ, place)
        return Q(project=place)
    projects = request.viewer.projects_with(Permission.GRANT_READ)
    if projects is not None and not projects:
        target = request.organization.target
        raise MissingPermission(Permission.GRANT_READ, target, "no grant gives it here")
    return Q() if projects is None else Q(project__in=projects)


def with_holders(kind: str, rows: Any) -> Any:  # noqa: ANN401 - a queryset of grants
    """The grants with what they are shown with."""
    return rows.with_names().select_related(HOLDERS[KINDS[kind]])


def hide_teams(request: ApiRequest, kind: str, grants: list[Any]) -> list[Any]:
    """The grants, those of secret teams without their names."""
    if kind == "team":
        hidden = Team.objects.hidden_from(request.viewer, request.organization)
        for grant in grants:
            grant.team.is_hidden = grant.team_id in hidden
    return grants


class GrantPagination(KeysetPagination):
    """After the last grants of one kind of holder come those of the next."""

    def get_rows(self) -> list[AccessGrant]:
        return hide_teams(self.request, self.view.kind, super().get_rows())

    def get_next_query(self) -> str:
        part = self.view.following_kind
        following = address(self.request.GET, cursor="", part=part) if part else ""
        return super().get_next_query() or following

    def get_count(self) -> int | None:
        return None if self.view.following_kind else super().get_count()


class Grants(InOrganization, generics.ListCreateAPIView[AccessGrant]):
    """All grants that the caller may read."""

    serializer_class = GrantSerializer
    input_serializer_class = GrantInput
    query_serializer_class = GrantFilters
    pagination_class = GrantPagination
    ordering = Order("id")
    location_name = "robots-api:grant"

    @cached_property
    def kind(self) -> str:
        """The kind of holder of this page's grants."""
        alone = self.query.get("kind") or _holder_kind(self.query)
        return alone or str(self.query.get("part", "team"))

    @property
    def following_kind(self) -> str:
        """The kind whose grants come after these, if no kind was asked for."""
        if "kind" in self.query or _holder_kind(self.query):
            return ""
        kinds = list(KINDS)
        return next(iter(kinds[kinds.index(self.kind) + 1 :]), "")

    def get_queryset(self) -> QuerySet[AccessGrant]:
        on, holder = _readable(self.request, self.query), _holder_kind(self.query)
        rows = KINDS[self.kind].objects.filter(on, organization=self.request.organization)
        if holder:
            held = {f"{holder}__uuid": self.query[holder]}
            rows = rows.filter(**held) if holder == self.kind else rows.none()
        if self.kind == "robot":
            rows = rows.filter(robot__deleted_at=None)
        found: QuerySet[AccessGrant] = with_holders(self.kind, rows)
        return found

    def perform_create(self, serializer: ValidatedBody) -> None:
        request, values = self.request, serializer.validated_data
        holder = _find_holder(request, values)
        spec = GrantSpec(request.organization, *_place(request, values), **_what(request, values))
        grant = give(actor=request.user, holder=holder, spec=spec)
        kind = grant.holder.holder_kind
        found = with_holders(kind, type(grant).objects.filter(pk=grant.pk))
        [serializer.instance] = hide_teams(request, kind, list(found))


def _holder_kind(wanted: dict[str, Any]) -> str | None:
    """The kind of the holder that was asked for."""
    return next((kind for kind in KINDS if kind in wanted), None)


def _find_holder(request: ApiRequest, values: dict[str, Any]) -> Any:  # noqa: ANN401 - team, person or robot
    kind = next(kind for kind in KINDS if kind in values)
    organization, by = request.organization, {"uuid": values[kind]}
    if kind == "team":
        found: Any = Team.objects.visible_to(request.viewer, organization).filter(**by).first()
    elif kind == "robot":
        found = Robot.objects.visible_to(request.viewer, organization).filter(**by).first()
    else:
        found = User.objects.filter(memberships__organization=organization, **by).first()
    if found is None:
        raise ValidationError({kind: f"There is no such {kind} here, or you do not see it."})
    return found


def _place(request: ApiRequest, values: dict[str, Any]) -> tuple[Any, Repository | None]:
    if values["repository"] is None:
        return find_own_project(request, values["project"], "project"), None
    seen = Repository.objects.visible_to(request.viewer, request.organization)
    rows = seen.select_related("project__organization")
    found = rows.filter(uuid=values["repository"]).first()
    if found is None or values["project"] not in {None, found.project.slug}:
        raise ValidationError({"repository": "There is no such repository, or you do not see it."})
    return found.project, found


def _what(request: ApiRequest, values: dict[str, Any]) -> dict[str, Any]:
    """What is given, as services take it."""
    if "permissions" in values:
        return {"permissions": frozenset(map(Permission, values["permissions"]))}
    role = values["role"]
    if not role.startswith(CUSTOM):
        return {"role": role}
    seen = Role.objects.visible_to(request.viewer, request.organization)
    try:
        return {"custom_role": seen.get(uuid=UUID(role.removeprefix(CUSTOM)))}
    except (ValueError, Role.DoesNotExist) as error:
        raise ValidationError({"role": "There is no such role, or you do not see it."}) from error


def find_grant(request: ApiRequest, grant: UUID) -> AccessGrant:
    """The grant of that UUID, of whatever holder, if the caller may read it; else a 404."""
    for kind, model in KINDS.items():
        rows = model.objects.filter(uuid=grant, organization=request.organization)
        row: AccessGrant | None = with_holders(kind, rows).first()
        if row and allows(request.viewer, Permission.GRANT_READ, scope_of(row)):
            hide_teams(request, kind, [row])
            return row
    raise Http404


class GrantResource(InOrganization, generics.RetrieveUpdateDestroyAPIView[AccessGrant]):
    """One grant."""

    serializer_class = GrantSerializer
    input_serializer_class = WhatInput

    def get_object(self) -> AccessGrant:
        return find_grant(self.request, self.kwargs["grant"])

    def perform_update(self, serializer: ValidatedBody) -> None:
        values = serializer.validated_data
        what = _what(self.request, values) if values else {}
        change_grant(actor=self.request.user, grant=serializer.instance, **what)
        serializer.instance = self.get_object()

    def perform_destroy(self, instance: AccessGrant) -> None:
        take(actor=self.request.user, grant=instance)
