"""Grants of teams, people and robots, on the organization, its projects and their repositories."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console.api.operations import Listing, changes, creates, ends, lists, shows
from console.api.resources import Api, InOrganization
from console.api.shapes import MOST, Answer, Filters, Input, Text
from console.models import Repository
from console.organizations.queries import find_project, find_repository
from console.paging import Order
from console.permissions.decision import MissingPermission, allows, require
from console.permissions.roles import LEVEL_PREFIX, REPOSITORY_LEVELS
from console.permissions.vocabulary import Permission
from robots.accounts.api.robots import find_own_project
from robots.models import HOLDERS, Robot, RobotGrant
from teams.grants.services import GrantSpec, change_grant, give, scope_of, take
from teams.models import AccessGrant, Membership, Role, Team, TeamGrant, UserGrant

CUSTOM = "custom:"
KINDS: dict[str, type[AccessGrant]] = {"team": TeamGrant, "user": UserGrant, "robot": RobotGrant}


class HolderAnswer(Answer):
    """Who holds a grant."""

    kind = serializers.ChoiceField(list(KINDS))
    id = serializers.UUIDField(
        allow_null=True, help_text="`null` for a team that is secret from you."
    )
    name = serializers.CharField()


class RepositoryNameAnswer(Answer):
    """A repository that a grant is on."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()


class ScopeAnswer(Answer):
    """What a grant is on."""

    kind = serializers.ChoiceField(["organization", "project", "repository"])
    project = serializers.CharField(allow_null=True, help_text="A slug.")
    repository = RepositoryNameAnswer(allow_null=True)


class GrantAnswer(Answer):
    """A grant, and the permissions that it gives."""

    id = serializers.UUIDField(source="uuid")
    holder = serializers.SerializerMethodField()
    scope = serializers.SerializerMethodField()
    role = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(HolderAnswer)
    def get_holder(self, grant: AccessGrant) -> dict[str, Any]:
        return HolderAnswer(_holder(grant)).data

    @extend_schema_field(ScopeAnswer)
    def get_scope(self, grant: AccessGrant) -> dict[str, Any]:
        kind = "repository" if grant.repository else "project" if grant.project else "organization"
        project = grant.project.slug if grant.project else None
        where = {"kind": kind, "project": project, "repository": grant.repository}
        return ScopeAnswer(where).data

    def get_role(self, grant: AccessGrant) -> str | None:
        return f"{CUSTOM}{grant.custom_role.uuid}" if grant.custom_role else grant.role or None

    def get_permissions(self, grant: AccessGrant) -> list[str]:
        return sorted(grant.conferred[0])


def _holder(grant: AccessGrant) -> dict[str, Any]:
    holder: Any = grant.holder
    if isinstance(holder, Team):
        known = None if holder.is_hidden else holder.uuid
        return {"kind": "team", "id": known, "name": holder.shown_name}
    if isinstance(holder, Robot):
        return {"kind": "robot", "id": holder.uuid, "name": holder.login_name}
    return {"kind": "user", "id": holder.uuid, "name": holder.email}


class WhatInput(Input):
    """What is given: exactly one of these."""

    role = Text(
        required=False, help_text="`<scope>:<name>` of a built-in role, `custom:<uuid>` of another."
    )
    level = serializers.ChoiceField(REPOSITORY_LEVELS, required=False, help_text="Of repositories.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if level := values.pop("level", None):
            if "role" in values:
                raise serializers.ValidationError({"level": "Give a `role` or a `level`."})
            values["role"] = LEVEL_PREFIX + level
        return values


class GrantInput(WhatInput):
    """A grant: to whom, on what, and what it gives."""

    team = serializers.UUIDField(required=False)
    user = serializers.UUIDField(required=False)
    robot = serializers.UUIDField(required=False)
    project = Text(required=False, allow_null=True, default=None)
    repository = serializers.UUIDField(required=False, allow_null=True, default=None)
    permissions = serializers.ListField(
        max_length=MOST,
        child=serializers.ChoiceField([str(name) for name in Permission]),
        required=False,
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        if len(KINDS.keys() & values.keys()) != 1:
            raise serializers.ValidationError({"team": "Give one of `team`, `user` and `robot`."})
        if len({"role", "permissions"} & values.keys()) != 1:
            message = "Give one of `role`, `level` and `permissions`."
            raise serializers.ValidationError({"role": message})
        return values


class GrantFilters(Filters):
    """Which grants. Without a kind: the teams', then people's, then robots'."""

    kind = serializers.ChoiceField(list(KINDS), required=False, help_text="Of this kind alone.")
    part = serializers.ChoiceField(list(KINDS), required=False, help_text="From `next`.")
    team = serializers.UUIDField(required=False)
    user = serializers.UUIDField(required=False)
    robot = serializers.UUIDField(required=False)
    project = serializers.CharField(required=False, help_text="On the project of this slug.")
    repository = serializers.UUIDField(required=False, help_text="On this repository.")


def at_grant(grant: AccessGrant) -> str:
    """The address of a grant."""
    return reverse("robots-api:grant", args=[grant.organization.slug, grant.uuid])


def _readable(request: Api, wanted: dict[str, Any]) -> Q:
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


def _holder_filter(wanted: dict[str, Any]) -> tuple[str | None, Q]:
    for kind in KINDS:
        if kind in wanted:
            return kind, Q(**{f"{kind}__uuid": wanted[kind]})
    return None, Q()


def with_holders(request: Api, kind: str, rows: Any) -> Any:  # noqa: ANN401 - a queryset of grants
    """The grants with what they are shown with; secret teams without their names."""
    grants = rows.with_names().select_related(HOLDERS[KINDS[kind]])
    if kind == "team":
        hidden = Team.objects.hidden_from(request.viewer, request.organization)
        return grants, lambda page: _hide(page, hidden)
    return grants, lambda page: page


def _hide(page: Any, hidden: set[int]) -> Any:  # noqa: ANN401 - a page of teams' grants
    for grant in page:
        grant.team.is_hidden = grant.team_id in hidden
    return page


class Grants(InOrganization):
    """All grants that the caller may read."""

    @lists(GrantAnswer, GrantFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        on = _readable(request, wanted)
        holder, held_by = _holder_filter(wanted)
        alone = wanted.get("kind") or holder
        kind = alone or wanted.get("part", "team")
        if alone == holder or holder is None:
            on &= held_by
        else:
            on = Q(pk__in=[])
        rows = KINDS[kind].objects.filter(on, organization=request.organization)
        if kind == "robot":
            rows = rows.filter(robot__deleted_at=None)
        found, shown = with_holders(request, kind, rows)
        order = list(KINDS)
        after = order[order.index(kind) + 1 :]
        then = {"part": after[0]} if after and not alone else {}
        return Listing(found, Order("id"), shown, then=then)

    @creates(GrantAnswer, GrantInput, at_grant)
    def post(self, request: Api, values: dict[str, Any]) -> AccessGrant:
        holder = _find_holder(request, values)
        spec = GrantSpec(request.organization, *_place(request, values), **_what(request, values))
        grant = give(actor=request.user, holder=holder, spec=spec)
        kind = next(kind for kind, model in KINDS.items() if isinstance(grant, model))
        found, shown = with_holders(request, kind, type(grant).objects.filter(pk=grant.pk))
        made: AccessGrant = shown([found.get()])[0]
        return made


def _find_holder(request: Api, values: dict[str, Any]) -> Any:  # noqa: ANN401 - team, person or robot
    kind = next(kind for kind in KINDS if kind in values)
    organization, by = request.organization, {"uuid": values[kind]}
    if kind == "team":
        found: Any = Team.objects.visible_to(request.viewer, organization).filter(**by).first()
    elif kind == "robot":
        found = Robot.objects.visible_to(request.viewer, organization).filter(**by).first()
    else:
        members = Membership.objects.filter(organization=organization, user__uuid=values[kind])
        found = getattr(members.select_related("user").first(), "user", None)
    if found is None:
        raise ValidationError({kind: f"There is no such {kind} here, or you do not see it."})
    return found


def _place(request: Api, values: dict[str, Any]) -> tuple[Any, Repository | None]:
    if values["repository"] is None:
        return find_own_project(request, values["project"], "project"), None
    seen = Repository.objects.visible_to(request.viewer, request.organization)
    rows = seen.select_related("project__organization")
    found = rows.filter(uuid=values["repository"]).first()
    if found is None or values["project"] not in {None, found.project.slug}:
        raise ValidationError({"repository": "There is no such repository, or you do not see it."})
    return found.project, found


def _what(request: Api, values: dict[str, Any]) -> dict[str, Any]:
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


def find_grant(request: Api, grant: UUID) -> AccessGrant:
    """The grant of that UUID, of whatever holder, if the caller may read it; else a 404."""
    for kind, model in KINDS.items():
        rows = model.objects.filter(uuid=grant, organization=request.organization)
        found, shown = with_holders(request, kind, rows)
        if (row := found.first()) and allows(request.viewer, Permission.GRANT_READ, scope_of(row)):
            read: AccessGrant = shown([row])[0]
            return read
    raise Http404


class GrantResource(InOrganization):
    """One grant."""

    @shows(GrantAnswer)
    def get(self, request: Api, grant: UUID) -> AccessGrant:
        return find_grant(request, grant)

    @changes(GrantAnswer, WhatInput)
    def patch(self, request: Api, grant: UUID, values: dict[str, Any]) -> AccessGrant:
        found = find_grant(request, grant)
        what = _what(request, values) if values else {}
        change_grant(actor=request.user, grant=found, **what)
        return find_grant(request, grant)

    @ends
    def delete(self, request: Api, grant: UUID) -> None:
        take(actor=request.user, grant=find_grant(request, grant))
