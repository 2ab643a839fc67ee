"""Roles, built-in and custom."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.permissions import SAFE_METHODS

from console.api.filters import SearchFilters
from console.api.generics import (
    InOrganization,
    ReauthenticatedDestroyMixin,
    ValidatedBody,
)
from console.api.pagination import KeysetPagination
from console.api.serializers import MAX_ITEMS, InputSerializer, StrictCharField
from console.databases.folding import folded
from console.organizations.filters import project_field
from console.paging import CURSOR
from console.permissions.roles import Scope
from console.permissions.vocabulary import Permission
from robots.access.api.shapes import CUSTOM
from robots.access.services.roles import (
    delete_role,
    require_somewhere,
)
from robots.accounts.api.robots import find_own_project
from robots.queries.roles import ShownRole, builtin_roles, custom_roles
from teams.models import Role
from teams.roles.services import create_role, update_role

PERMISSIONS = serializers.ListField(
    max_length=MAX_ITEMS,
    child=serializers.ChoiceField([str(name) for name in Permission]),
    allow_empty=False,
)


class RoleSerializer(serializers.Serializer[Any]):
    """A role. `key` is what a grant calls it."""

    id = serializers.UUIDField(source="custom.uuid", default=None, allow_null=True)
    key = serializers.SerializerMethodField()
    name = serializers.CharField()
    scope = serializers.ChoiceField([scope.value for scope in Scope])
    project = serializers.CharField(source="project.slug", default=None, allow_null=True)
    built_in = serializers.SerializerMethodField()
    description = serializers.CharField()
    permissions = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(
        source="custom.created_at", default=None, allow_null=True
    )

    def get_key(self, role: ShownRole) -> str:
        return f"{CUSTOM}{role.custom.uuid}" if role.custom else role.key

    def get_built_in(self, role: ShownRole) -> bool:
        return role.builtin is not None

    def get_permissions(self, role: ShownRole) -> list[str]:
        return sorted(role.permissions)


class RoleChange(InputSerializer):
    """What of a custom role may change."""

    description = StrictCharField(required=False, allow_blank=True, default="")
    permissions = PERMISSIONS


class RoleInput(RoleChange):
    """A new role of the organization, or of one project."""

    name = StrictCharField()
    project = StrictCharField(required=False, allow_null=True, default=None)


class RoleFilters(SearchFilters):
    """Which roles."""

    lookups = {"q": "name__has_text", "name": "name", "project": "project__slug"}

    name = serializers.CharField(required=False, help_text="Exactly this name.")
    project = project_field()
    scope = serializers.ChoiceField([scope.value for scope in Scope], required=False)
    built_in = serializers.BooleanField(required=False)


class RolePagination(KeysetPagination):
    """The built-in roles stand before the first page of the others."""

    def get_rows(self) -> list[ShownRole]:
        custom = custom_roles(self.request.organization, super().get_rows())
        ahead = [] if self.request.GET.get(CURSOR) else self.view.builtin
        return [*ahead, *custom]

    def get_count(self) -> int | None:
        count = super().get_count()
        return None if count is None else count + len(self.view.builtin)


class _CustomRoles(InOrganization):
    serializer_class = RoleSerializer
    lookup_url_kwarg = "role"

    def get_queryset(self) -> QuerySet[Role]:
        require_somewhere(self.request, Permission.ROLE_READ)
        seen = Role.objects.visible_to(self.request.viewer, self.request.organization)
        return seen.select_related("organization", "project__organization")


class Roles(_CustomRoles, generics.ListCreateAPIView[Role]):
    """Built-in roles, then the organization's and its projects' own that the caller may see."""

    input_serializer_class = RoleInput
    query_serializer_class = RoleFilters
    pagination_class = RolePagination
    location_name = "robots-api:role"

    def get_queryset(self) -> QuerySet[Role]:
        seen, wanted = super().get_queryset(), self.query
        if wanted.get("built_in") or wanted.get("scope") == Scope.REPOSITORY:
            return seen.none()
        if "scope" in wanted:
            return seen.filter(project__isnull=wanted["scope"] == Scope.ORGANIZATION)
        return seen

    @cached_property
    def builtin(self) -> list[ShownRole]:
        """The built-in roles that were asked for."""
        if self.query.get("project") or not self.query.get("built_in", True):
            return []
        projects = self.request.viewer.projects_with(Permission.ROLE_READ)
        found = builtin_roles(self.request.organization, projects)
        return [role for role in found if _fits(role, self.query)]

    def perform_create(self, serializer: ValidatedBody) -> None:
        values = serializer.validated_data
        project = find_own_project(self.request, values.pop("project"), "project")
        permissions = frozenset(map(Permission, values.pop("permissions")))
        role = create_role(
            actor=self.request.user,
            organization=self.request.organization,
            project=project,
            permissions=permissions,
            **values,
        )
        serializer.instance = _shown(role)


def _fits(role: ShownRole, wanted: dict[str, Any]) -> bool:
    named = role.name == wanted.get("name", role.name)
    named = named and str(folded(wanted.get("q", ""))) in role.name
    return named and role.scope == wanted.get("scope", role.scope)


def _shown(role: Role) -> ShownRole:
    return ShownRole(role.organization, custom=role)


class RoleResource(
    _CustomRoles, ReauthenticatedDestroyMixin, generics.RetrieveUpdateDestroyAPIView[Role]
):
    """One custom role."""

    input_serializer_class = RoleChange

    def get_object(self) -> Any:  # noqa: ANN401 - as it is shown, or what a service takes
        role = super().get_object()
        return _shown(role) if self.request.method in SAFE_METHODS else role

    def perform_update(self, serializer: ValidatedBody) -> None:
        values = serializer.validated_data
        if "permissions" in values:
            values["permissions"] = frozenset(map(Permission, values["permissions"]))
        role = update_role(actor=self.request.user, role=serializer.instance, **values)
        serializer.instance = _shown(role)

    def perform_destroy(self, instance: Role) -> None:
        delete_role(actor=self.request.user, role=instance)
