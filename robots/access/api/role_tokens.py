"""The tokens made directly for roles."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework import generics, serializers

from console.api.filters import Filters, NameField
from console.api.generics import (
    ApiRequest,
    ValidatedBody,
    require_proof,
)
from console.api.serializers import StrictCharField
from console.organizations.filters import project_field
from console.organizations.queries import NOT_FOUND
from console.permissions.roles import Scope
from console.permissions.vocabulary import STRONG_PERMISSIONS, Permission
from robots.access.services.roles import (
    ROLES_WITH_TOKENS,
    RoleAt,
    create_role_token,
)
from robots.accounts.api.robots import find_own_project
from robots.base.credentials import Kind
from robots.models import Robot, Token, TokenPolicy
from robots.policies.enforcement import preset_end
from robots.policies.expiry_input import ExpiryInput
from robots.tokens.api.revealing import Revealing, TokenPagination
from robots.tokens.api.shapes import KINDS, MintedSerializer, TokenSerializer
from robots.tokens.services.tokens import delete_token
from teams.models import Role


class _OfRole(serializers.Serializer[Any]):
    """What a role's token has beside a token's own."""

    role = serializers.CharField(source="robot.role_name")
    level = serializers.SerializerMethodField()
    project = serializers.CharField(source="robot.project.slug", default=None, allow_null=True)

    def get_level(self, token: Token) -> str:
        return "project" if token.of_robot.project_id else "organization"


class RoleTokenSerializer(TokenSerializer, _OfRole):
    """A token of a role's account."""


class RoleMintedSerializer(MintedSerializer, _OfRole):
    """A token of a role's account with its secret, which no other answer has."""


class RoleTokenInput(ExpiryInput):
    """A token directly for a role."""

    role = StrictCharField(help_text="A role's name at that level.")
    project = StrictCharField(
        required=False, allow_null=True, default=None, help_text="`null`: the organization's level."
    )
    name = StrictCharField()
    kind = serializers.ChoiceField(
        [kind for kind in KINDS if kind != Kind.OWN], required=False, default=Kind.SIGNED.value
    )


def role_name(request: ApiRequest, text: str) -> str:
    """A role that may have tokens, by its name."""
    seen = Role.objects.visible_to(request.viewer, request.organization)
    builtin = {key.rpartition(":")[2] for key in ROLES_WITH_TOKENS}
    if text not in builtin and not seen.filter(name=text).exists():
        raise ValidationError(NOT_FOUND)
    return text


class RoleTokenFilters(Filters):
    """Which tokens of roles."""

    lookups = {"name": "name", "project": "robot__project__slug"}

    level = serializers.ChoiceField(["organization", "project"], required=False)
    project = project_field()
    role = NameField(role_name, help_text="Of the role of this name.")
    name = serializers.CharField(required=False, help_text="Exactly this name.")


class _VisibleRoleTokens(Revealing):
    serializer_class = RoleTokenSerializer
    lookup_url_kwarg = "token"

    def get_queryset(self) -> QuerySet[Token]:
        """Tokens of role accounts whose tokens the caller may see."""
        viewer, organization = self.request.viewer, self.request.organization
        projects = viewer.projects_with(Permission.TOKEN_READ)
        accounts = Robot.objects.visible_to(viewer, organization).role_accounts()
        if projects is not None:
            accounts = accounts.filter(project__in=projects)
        tokens = Token.objects.living().filter(robot__in=accounts)
        return tokens.select_related("robot__organization", "robot__project__organization")


class RoleTokens(_VisibleRoleTokens, generics.ListCreateAPIView[Token]):
    """Tokens made directly for roles, at every level that the caller sees."""

    input_serializer_class = RoleTokenInput
    created_serializer_class = RoleMintedSerializer
    query_serializer_class = RoleTokenFilters
    pagination_class = TokenPagination
    location_name = "robots-api:role-token"
    location_field = "access_id"

    def get_queryset(self) -> QuerySet[Token]:
        rows = super().get_queryset()
        if role := self.query.get("role"):
            rows = rows.filter(robot__role_name=role)
        if level := self.query.get("level"):
            rows = rows.filter(robot__project__isnull=level == "organization")
        return rows

    def perform_create(self, serializer: ValidatedBody) -> None:
        values = serializer.validated_data
        project = find_own_project(self.request, values.pop("project"), "project")
        role = _role_at(self.request, values.pop("role"), project)
        pk = project.pk if project else None
        policy = TokenPolicy.objects.governing(self.request.organization.pk, pk)
        if role.permissions & STRONG_PERMISSIONS:
            require_proof(self.request)
            policy = policy.presetting_an_end()
        values.setdefault("expires_at", preset_end(policy.preset_days))
        serializer.instance = self.reveal(create_role_token, role=role, **values)


def _role_at(request: ApiRequest, name: str, project: Any) -> RoleAt:  # noqa: ANN401 - a project or none
    """The built-in or custom role of that name at a level."""
    scope = Scope.PROJECT if project else Scope.ORGANIZATION
    if (key := f"{scope}:{name}") in ROLES_WITH_TOKENS:
        return RoleAt(request.organization, project, key=key)
    seen = Role.objects.visible_to(request.viewer, request.organization)
    custom = seen.filter(name=name, project=project).first()
    if custom is None:
        raise ValidationError({"role": f"There is no role {name!r} that has tokens at this level."})
    return RoleAt(request.organization, project, custom=custom)


class RoleTokenResource(_VisibleRoleTokens, generics.RetrieveDestroyAPIView[Token]):
    """One token made directly for a role."""

    def perform_destroy(self, instance: Token) -> None:
        delete_token(actor=self.request.user, token=instance)
