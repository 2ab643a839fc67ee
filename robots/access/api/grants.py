"""Grants of teams, people and robots, on the organization, its projects and their repositories."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import generics

from console.api.generics import ApiRequest, InOrganization, ValidatedBody
from console.api.pagination import KeysetPagination
from console.api.problems import NotUnderstood
from console.models import Repository
from console.organizations.queries import NOT_FOUND, called, find_project, repository_called
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

# By what a holder is called that is not called by its UUID.
HOLDER_NAMES = {"team": "name", "user": "email", "robot": "login_name"}


def _readable(request: ApiRequest, wanted: dict[str, Any]) -> Q:
    """Those grants that were asked for and that the caller may read; 403 when there can be none."""
    places: dict[str, Any] = {}
    if repository := wanted.get("repository"):
        places["repository"] = _find_repository(request, repository)
    if project := wanted.get("project"):
        places["project"] = find_project(request, request.organization, project)
    for place in places.values():
        require(request.viewer, Permission.GRANT_READ, place)
    if places:
        return Q(**places)
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
        if self.kind == "robot":
            rows = rows.filter(robot__deleted_at=None)
        if holder:
            held = (self.request, rows, holder, self.query[holder])
            rows = _held_by(*held) if holder == self.kind else rows.none()
        found: QuerySet[AccessGrant] = with_holders(self.kind, rows)
        return found

    def perform_create(self, serializer: ValidatedBody) -> None:
        request, values = self.request, serializer.validated_data
        holder = find_holder(request, values)
        spec = GrantSpec(
            request.organization, *find_place(request, values), **what_of(request, values)
        )
        grant = give(actor=request.user, holder=holder, spec=spec)
        kind = grant.holder.holder_kind
        found = with_holders(kind, type(grant).objects.filter(pk=grant.pk))
        [serializer.instance] = hide_teams(request, kind, list(found))


def _holder_kind(wanted: dict[str, Any]) -> str | None:
    """The kind of the holder that was asked for."""
    return next((kind for kind in KINDS if kind in wanted), None)


def _called(kind: str, text: str, prefix: str = "") -> Q:
    """Holders of that UUID or name, which all are in lower case."""
    return called(text.lower(), HOLDER_NAMES[kind], prefix)


def _held_by(request: ApiRequest, rows: Any, kind: str, text: str) -> Any:  # noqa: ANN401 - querysets of grants
    """Those of `rows` that the holder of that name has; 400 where the caller knows of no such holder."""
    found = rows.filter(_called(kind, text, f"{kind}__"))
    if kind == "team":
        found = found.exclude(
            team__in=Team.objects.hidden_from(request.viewer, request.organization)
        )
    if not found.exists() and not _knows_holder(request, kind, text):
        raise NotUnderstood([{"field": kind, "message": NOT_FOUND}])
    return found


def _knows_holder(request: ApiRequest, kind: str, text: str) -> bool:
    """Whether there is one that the caller may know of: who is a member is not told to everybody."""
    if kind == "user" and not allows(request.viewer, Permission.MEMBER_READ, request.organization):
        return False
    return _seen_holder(request, kind, text) is not None


def find_holder(request: ApiRequest, values: dict[str, Any]) -> Any:  # noqa: ANN401 - team, person or robot
    """Whom a body names."""
    kind = next(kind for kind in KINDS if kind in values)
    found = _seen_holder(request, kind, values[kind])
    if found is None:
        raise ValidationError({kind: f"There is no such {kind} here, or you do not see it."})
    return found


def _seen_holder(request: ApiRequest, kind: str, text: str) -> Any:  # noqa: ANN401 - as above
    organization, by = request.organization, _called(kind, text)
    if kind == "team":
        return Team.objects.visible_to(request.viewer, organization).filter(by).first()
    if kind == "robot":
        return Robot.objects.visible_to(request.viewer, organization).filter(by).first()
    return User.objects.filter(by, memberships__organization=organization).first()


def find_place(request: ApiRequest, values: dict[str, Any]) -> tuple[Any, Repository | None]:
    """The project and the repository that a body names."""
    repository, project = values["repository"], values["project"]
    if repository is None:
        return find_own_project(request, project, "project"), None
    rows = _seen_repositories(request).filter(repository_called(repository, project))
    within = rows.filter(called(project, "slug", "project__")) if project else rows
    found = within.first()
    if found is None:
        raise ValidationError({"repository": "There is no such repository, or you do not see it."})
    return found.project, found


def _seen_repositories(request: ApiRequest) -> QuerySet[Repository]:
    seen = Repository.objects.visible_to(request.viewer, request.organization)
    return seen.select_related("project__organization")


def _find_repository(request: ApiRequest, text: str) -> Repository:
    return get_object_or_404(_seen_repositories(request), repository_called(text))


def what_of(request: ApiRequest, values: dict[str, Any]) -> dict[str, Any]:
    """What is given, and until when, as services take it."""
    ends = {"expires_at": values["expires_at"]} if "expires_at" in values else {}
    return ends | _given(request, values)


def _given(request: ApiRequest, values: dict[str, Any]) -> dict[str, Any]:
    if "permissions" in values:
        return {"permissions": frozenset(map(Permission, values["permissions"]))}
    role = values.get("role", "")
    if not role:
        return {}
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
        what = what_of(self.request, values)
        change_grant(actor=self.request.user, grant=serializer.instance, **what)
        serializer.instance = self.get_object()

    def perform_destroy(self, instance: AccessGrant) -> None:
        take(actor=self.request.user, grant=instance)
