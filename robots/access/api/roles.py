"""Roles, and the tokens made directly for them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers

from console.api.operations import Listing, changes, creates, ends, ends_with_much, lists, shows
from console.api.resources import Api, InOrganization
from console.api.shapes import MOST, Answer, Filters, Input, SearchFilters, Text
from console.paging import Order
from console.permissions.roles import Scope
from console.permissions.vocabulary import Permission
from robots.access.api.grants import CUSTOM
from robots.access.services.roles import (
    ROLES_WITH_TOKENS,
    RoleAt,
    create_role_token,
    delete_role,
    require_somewhere,
)
from robots.accounts.api.robots import find_own_project
from robots.base.credentials import Kind
from robots.models import Robot, Token, TokenPolicy
from robots.policies.expiry_input import ExpiryInput, preset_end
from robots.queries.roles import ShownRole, builtin_roles, custom_roles
from robots.tokens.api.revealing import Revealing, request_key, with_secrets
from robots.tokens.api.shapes import KINDS, MintedAnswer, TokenAnswer
from robots.tokens.services.tokens import delete_token
from teams.models import Role
from teams.roles.services import create_role, update_role

PERMISSIONS = serializers.ListField(
    max_length=MOST,
    child=serializers.ChoiceField([str(name) for name in Permission]),
    allow_empty=False,
)


class RoleAnswer(Answer):
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


class RoleChange(Input):
    """What of a custom role may change."""

    description = Text(required=False, allow_blank=True, default="")
    permissions = PERMISSIONS


class RoleInput(RoleChange):
    """A new role of the organization, or of one project."""

    name = Text()
    project = Text(required=False, allow_null=True, default=None)


class RoleFilters(SearchFilters):
    """Which roles."""

    name = serializers.CharField(required=False, help_text="Exactly this name.")
    project = serializers.CharField(required=False, help_text="Of the project of this slug.")
    scope = serializers.ChoiceField([scope.value for scope in Scope], required=False)
    built_in = serializers.BooleanField(required=False)


def at_role(role: ShownRole) -> str:
    """The address of a custom role."""
    return reverse("robots-api:role", args=[role.organization.slug, role.custom.uuid])  # type: ignore[union-attr]


def _shown(role: Role) -> ShownRole:
    return ShownRole(role.organization, custom=role)


class Roles(InOrganization):
    """Built-in roles, then the organization's and its projects' own that the caller may see."""

    @lists(RoleAnswer, RoleFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        projects = require_somewhere(request, Permission.ROLE_READ)
        seen = Role.objects.visible_to(request.viewer, request.organization)
        if wanted.get("built_in") or wanted.get("scope") == Scope.REPOSITORY:
            seen = seen.none()
        elif "scope" in wanted:
            seen = seen.filter(project__isnull=wanted["scope"] == Scope.ORGANIZATION)
        by = {
            "name": wanted.get("name"),
            "name__icontains": wanted.get("q"),
            "project__slug": wanted.get("project"),
        }
        rows = seen.filter(**{key: value for key, value in by.items() if value})
        builtin = builtin_roles(request.organization, projects) if _with_builtin(wanted) else []
        return Listing(
            rows.select_related("organization", "project__organization"),
            Order("name"),
            lambda page: custom_roles(request.organization, list(page)),
            ahead=[role for role in builtin if _fits(role, wanted)],
        )

    @creates(RoleAnswer, RoleInput, at_role)
    def post(self, request: Api, values: dict[str, Any]) -> ShownRole:
        project = find_own_project(request, values.pop("project"), "project")
        permissions = frozenset(map(Permission, values.pop("permissions")))
        return _shown(
            create_role(
                actor=request.user,
                organization=request.organization,
                project=project,
                permissions=permissions,
                **values,
            )
        )


def _with_builtin(wanted: dict[str, Any]) -> bool:
    return bool(wanted.get("built_in", True)) and not wanted.get("project")


def _fits(role: ShownRole, wanted: dict[str, Any]) -> bool:
    named = role.name == wanted.get("name", role.name) and wanted.get("q", "") in role.name
    return named and role.scope == wanted.get("scope", role.scope)


class RoleResource(InOrganization):
    """One custom role."""

    def find(self, request: Api, role: UUID) -> Role:
        require_somewhere(request, Permission.ROLE_READ)
        seen = Role.objects.visible_to(request.viewer, request.organization)
        return get_object_or_404(
            seen.select_related("organization", "project__organization"), uuid=role
        )

    @shows(RoleAnswer)
    def get(self, request: Api, role: UUID) -> ShownRole:
        return _shown(self.find(request, role))

    @changes(RoleAnswer, RoleChange)
    def patch(self, request: Api, role: UUID, values: dict[str, Any]) -> ShownRole:
        found = self.find(request, role)
        if "permissions" in values:
            values["permissions"] = frozenset(map(Permission, values["permissions"]))
        return _shown(update_role(actor=request.user, role=found, **values))

    @ends_with_much
    def delete(self, request: Api, role: UUID) -> None:
        delete_role(actor=request.user, role=self.find(request, role))


class _OfRole(Answer):
    """What a role's token has beside a token's own."""

    role = serializers.CharField(source="robot.role_name")
    level = serializers.SerializerMethodField()
    project = serializers.CharField(source="robot.project.slug", default=None, allow_null=True)

    def get_level(self, token: Token) -> str:
        return "project" if token.of_robot.project_id else "organization"


class RoleTokenAnswer(TokenAnswer, _OfRole):
    """A token of a role's account."""


class RoleMintedAnswer(MintedAnswer, _OfRole):
    """A token of a role's account with its secret, which no other answer has."""


class RoleTokenInput(ExpiryInput):
    """A token directly for a role."""

    role = Text(help_text="A role's name at that level.")
    project = Text(
        required=False, allow_null=True, default=None, help_text="`null`: the organization's level."
    )
    name = Text()
    kind = serializers.ChoiceField(
        [kind for kind in KINDS if kind != Kind.OWN], required=False, default=Kind.SIGNED.value
    )


class RoleTokenFilters(Filters):
    """Which tokens of roles."""

    level = serializers.ChoiceField(["organization", "project"], required=False)
    project = serializers.CharField(required=False, help_text="Of the project of this slug.")
    role = serializers.CharField(required=False, help_text="Of the role of this name.")
    name = serializers.CharField(required=False, help_text="Exactly this name.")


def at_role_token(token: Token) -> str:
    """The address of a role's token."""
    return reverse("robots-api:role-token", args=[token.of_robot.organization.slug, token.uuid])


def seen_role_tokens(request: Api) -> Any:  # noqa: ANN401 - a queryset of tokens
    """Tokens of role accounts whose tokens the caller may see."""
    projects = request.viewer.projects_with(Permission.TOKEN_READ)
    accounts = Robot.objects.visible_to(request.viewer, request.organization).role_accounts()
    if projects is not None:
        accounts = accounts.filter(project__in=projects)
    tokens = Token.objects.living().filter(robot__in=accounts)
    return tokens.select_related("robot__organization", "robot__project__organization")


class RoleTokens(Revealing):
    """Tokens made directly for roles, at every level that the caller sees."""

    @lists(RoleTokenAnswer, RoleTokenFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        role, level = wanted.get("role"), wanted.get("level")
        by = {
            "name": wanted.get("name"),
            "robot__project__slug": wanted.get("project"),
            "robot__role_name": role,
        }
        rows = seen_role_tokens(request).filter(**{key: it for key, it in by.items() if it})
        if level:
            rows = rows.filter(robot__project__isnull=level == "organization")
        return Listing(rows, Order("name"), with_secrets)

    @creates(RoleMintedAnswer, RoleTokenInput, at_role_token)
    def post(self, request: Api, values: dict[str, Any]) -> Token:
        project = find_own_project(request, values.pop("project"), "project")
        role = _role_at(request, values.pop("role"), project)
        pk = project.pk if project else None
        policy = TokenPolicy.objects.governing(request.organization.pk, pk)
        values.setdefault("expires_at", preset_end(policy.preset_days))
        return self.reveal(
            create_role_token,
            actor=request.user,
            role=role,
            request_key=request_key(request),
            **values,
        )


def _role_at(request: Api, name: str, project: Any) -> RoleAt:  # noqa: ANN401 - a project or none
    """The built-in or custom role of that name at a level."""
    scope = Scope.PROJECT if project else Scope.ORGANIZATION
    if (key := f"{scope}:{name}") in ROLES_WITH_TOKENS:
        return RoleAt(request.organization, project, key=key)
    seen = Role.objects.visible_to(request.viewer, request.organization)
    custom = seen.filter(name=name, project=project).first()
    if custom is None:
        raise ValidationError({"role": f"There is no role {name!r} that has tokens at this level."})
    return RoleAt(request.organization, project, custom=custom)


class RoleTokenResource(InOrganization):
    """One token made directly for a role."""

    @shows(RoleTokenAnswer)
    def get(self, request: Api, token: UUID) -> Token:
        found: Token = get_object_or_404(seen_role_tokens(request), uuid=token)
        return found

    @ends
    def delete(self, request: Api, token: UUID) -> None:
        found = get_object_or_404(seen_role_tokens(request), uuid=token)
        delete_token(actor=request.user, token=found)
