"""What is said about grants, and what of them is asked and changed."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console.api.filters import Filters
from console.api.serializers import MAX_ITEMS, StrictCharField
from console.organizations.filters import project_field
from console.permissions.roles import LEVEL_PREFIX, REPOSITORY_LEVELS
from console.permissions.vocabulary import Permission
from robots.models import RobotGrant
from robots.policies.enforcement import require_ahead
from robots.policies.expiry_input import ExpiryInput
from teams.models import AccessGrant, TeamGrant, UserGrant

CUSTOM = "custom:"
KINDS: dict[str, type[AccessGrant]] = {"team": TeamGrant, "user": UserGrant, "robot": RobotGrant}


class HolderSerializer(serializers.Serializer[Any]):
    """Who holds a grant."""

    kind = serializers.ChoiceField(list(KINDS))
    id = serializers.UUIDField(
        allow_null=True, help_text="`null` for a team that is secret from you."
    )
    name = serializers.CharField()


class RepositoryNameSerializer(serializers.Serializer[Any]):
    """A repository that a grant is on."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()


class ScopeSerializer(serializers.Serializer[Any]):
    """What a grant is on."""

    kind = serializers.ChoiceField(["organization", "project", "repository"])
    project = serializers.CharField(allow_null=True, help_text="A slug.")
    repository = RepositoryNameSerializer(allow_null=True)


class GrantSerializer(serializers.Serializer[Any]):
    """A grant, and the permissions that it gives."""

    id = serializers.UUIDField(source="uuid")
    holder = serializers.SerializerMethodField()
    scope = serializers.SerializerMethodField()
    role = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When it ends by itself; `null` is never."
    )
    created_at = serializers.DateTimeField()

    @extend_schema_field(HolderSerializer)
    def get_holder(self, grant: AccessGrant) -> dict[str, Any]:
        return HolderSerializer(_holder(grant)).data

    @extend_schema_field(ScopeSerializer)
    def get_scope(self, grant: AccessGrant) -> dict[str, Any]:
        kind = "repository" if grant.repository else "project" if grant.project else "organization"
        project = grant.project.slug if grant.project else None
        where = {"kind": kind, "project": project, "repository": grant.repository}
        return ScopeSerializer(where).data

    def get_role(self, grant: AccessGrant) -> str | None:
        return f"{CUSTOM}{grant.custom_role.uuid}" if grant.custom_role else grant.role or None

    def get_permissions(self, grant: AccessGrant) -> list[str]:
        return sorted(grant.conferred[0])


def _holder(grant: AccessGrant) -> dict[str, Any]:
    holder = grant.holder
    known = None if holder.is_hidden else holder.uuid
    return {"kind": holder.holder_kind, "id": known, "name": holder.holder_label}


ONE_OF = "Give one of `role`, `level` and `permissions`."


class WhatInput(ExpiryInput):
    """What is given, exactly one of `role`, `level` and `permissions`, and until when."""

    role = StrictCharField(
        required=False, help_text="`<scope>:<name>` of a built-in role, `custom:<uuid>` of another."
    )
    level = serializers.ChoiceField(REPOSITORY_LEVELS, required=False, help_text="Of repositories.")
    permissions = serializers.ListField(
        max_length=MAX_ITEMS,
        child=serializers.ChoiceField([str(name) for name in Permission]),
        required=False,
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        require_ahead(values.get("expires_at"))
        if level := values.pop("level", None):
            if "role" in values:
                raise serializers.ValidationError({"level": "Give a `role` or a `level`."})
            values["role"] = LEVEL_PREFIX + level
        if {"role", "permissions"} <= values.keys():
            raise serializers.ValidationError({"role": ONE_OF})
        return values


class GrantInput(WhatInput):
    """A grant: to whom, on what, and what it gives."""

    team = StrictCharField(required=False, help_text="A name or UUID.")
    user = StrictCharField(required=False, help_text="A member's e-mail address or UUID.")
    robot = StrictCharField(required=False, help_text="A login name or UUID.")
    project = StrictCharField(
        required=False, allow_null=True, default=None, help_text="A slug or UUID."
    )
    repository = StrictCharField(
        required=False,
        allow_null=True,
        default=None,
        help_text="`<project>/<name>` or a UUID; beside `project` also the name alone.",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        if len(KINDS.keys() & values.keys()) != 1:
            raise serializers.ValidationError({"team": "Give one of `team`, `user` and `robot`."})
        if not {"role", "permissions"} & values.keys():
            raise serializers.ValidationError({"role": ONE_OF})
        return values


ONE_HOLDER = "Ask for one of `team`, `user` and `robot`."


class GrantFilters(Filters):
    """Which grants. Without a kind: the teams', then people's, then robots'."""

    kind = serializers.ChoiceField(list(KINDS), required=False, help_text="Of this kind alone.")
    part = serializers.ChoiceField(list(KINDS), required=False, help_text="From `next`.")
    team = serializers.CharField(required=False, help_text="A name or UUID.")
    user = serializers.CharField(required=False, help_text="An e-mail address or UUID.")
    robot = serializers.CharField(required=False, help_text="A login name or UUID.")
    project = project_field("On the project of this slug, display name or UUID.")
    repository = serializers.CharField(
        required=False, help_text="On this repository: `<project>/<name>` or a UUID."
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """A grant has one holder: of two names one would be ignored."""
        holders = [kind for kind in KINDS if kind in values]
        if len(holders) > 1:
            raise serializers.ValidationError({holders[-1]: ONE_HOLDER})
        return values
