"""The token policy of the organization and of its projects, and what a change of it would do."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from console.api.operations import changes, does, shows
from console.api.resources import Api, InOrganization
from console.api.shapes import Answer, Flag, Input, Number
from console.models import Project
from console.organizations.queries import find_project
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.base.periods import MAX_DAYS
from robots.models import TokenPolicy
from robots.policies.services import (
    PolicyAt,
    change_policy,
    check_policy,
    effects_of,
    hits,
    require_to_set_policy,
)


class PolicyAnswer(Answer):
    """What tokens may be. Null: no limit, never, not at all."""

    default_days = serializers.IntegerField(allow_null=True)
    maximum_days = serializers.IntegerField(allow_null=True)
    never_allowed = serializers.BooleanField()
    own_secrets_allowed = serializers.BooleanField()
    unused_days = serializers.IntegerField(allow_null=True)


def _days() -> Number:
    return Number(required=False, allow_null=True, min_value=1, max_value=MAX_DAYS)


class PolicyInput(Input):
    """What of it may change."""

    default_days = _days()
    maximum_days = _days()
    never_allowed = Flag(required=False)
    own_secrets_allowed = Flag(required=False)
    unused_days = _days()


class HitAnswer(Answer):
    """A token that a policy reaches."""

    access_id = serializers.UUIDField(source="token.uuid")
    token = serializers.CharField()
    reason = serializers.CharField()


class EffectsAnswer(Answer):
    """What a policy would do; the first hundred tokens of each kind stand here."""

    blocked_count = serializers.IntegerField()
    blocked = HitAnswer(many=True)
    unblocked_count = serializers.IntegerField()
    unblocked = HitAnswer(many=True)


def _project(request: Api, slug: str | None) -> Project | None:
    if slug is None:
        return None
    found = find_project(request, request.organization, slug)
    require(request.viewer, Permission.PROJECT_READ, found)
    return found


def _shown(at: PolicyAt) -> dict[str, Any]:
    return asdict(TokenPolicy.objects.own(at.organization, at.project).limits)


class PolicyResource(InOrganization):
    """The policy of the organization, or a project's own."""

    @shows(PolicyAnswer)
    def get(self, request: Api, project: str | None = None) -> dict[str, Any]:
        if project is None:
            require(request.viewer, Permission.ORGANIZATION_READ, request.organization)
        return _shown(PolicyAt(request.organization, _project(request, project)))

    @changes(PolicyAnswer, PolicyInput)
    def patch(
        self, request: Api, values: dict[str, Any], project: str | None = None
    ) -> dict[str, Any]:
        """Saves it, and blocks or lets work again what the preview tells."""
        at = PolicyAt(request.organization, _project(request, project))
        change_policy(actor=request.user, policy=at, **values)
        return _shown(at)


class ProjectPolicyResource(PolicyResource):
    """A project's own policy, which can only be narrower."""


class PolicyPreview(InOrganization):
    """What a change would do; it changes nothing."""

    @does(EffectsAnswer, PolicyInput)
    def post(
        self, request: Api, values: dict[str, Any], project: str | None = None
    ) -> dict[str, Any]:
        at = PolicyAt(request.organization, _project(request, project))
        require_to_set_policy(request.viewer, at)
        check_policy(at, **values)
        effects = effects_of(at, **values)
        return {
            "blocked_count": len(effects.blocked),
            "blocked": hits(effects.blocked),
            "unblocked_count": len(effects.unblocked),
            "unblocked": hits(effects.unblocked),
        }


class ProjectPolicyPreview(PolicyPreview):
    """What a change of a project's policy would do; it changes nothing."""
