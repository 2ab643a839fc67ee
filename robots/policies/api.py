"""The token policy of the organization and of its projects, and what a change of it would do."""

from typing import Any

from rest_framework import generics, serializers
from rest_framework.mixins import UpdateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.generics import InOrganization, ValidatedBody
from console.api.serializers import InputSerializer, StrictBooleanField, StrictIntegerField
from console.organizations.queries import find_project
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.base.periods import MAX_DAYS
from robots.base.policy import LEAST_UNUSED_DAYS, MOST_UNUSED_DAYS
from robots.models import TokenPolicy
from robots.policies.services import (
    Effects,
    PolicyAt,
    change_policy,
    check_policy,
    effects_of,
    hits,
    require_to_set_policy,
)


class PolicySerializer(serializers.Serializer[Any]):
    """What tokens may be. Null: no limit, never, not at all."""

    default_days = serializers.IntegerField(allow_null=True)
    maximum_days = serializers.IntegerField(allow_null=True)
    never_allowed = serializers.BooleanField()
    own_secrets_allowed = serializers.BooleanField()
    unused_days = serializers.IntegerField(allow_null=True)
    disable_tokens_days = serializers.IntegerField(
        allow_null=True, help_text="Tokens that are unused for so long are disabled."
    )
    disable_robots_days = serializers.IntegerField(
        allow_null=True, help_text="Robot accounts that are unused for so long are disabled."
    )

    def to_representation(self, instance: PolicyAt) -> dict[str, Any]:
        policy = TokenPolicy.objects.own(instance.organization, instance.project)
        return super().to_representation(policy.limits)


def _days(least: int = 1, most: int = MAX_DAYS) -> StrictIntegerField:
    return StrictIntegerField(required=False, allow_null=True, min_value=least, max_value=most)


class PolicyInput(InputSerializer):
    """What of it may change."""

    default_days = _days()
    maximum_days = _days()
    never_allowed = StrictBooleanField(required=False)
    own_secrets_allowed = StrictBooleanField(required=False)
    unused_days = _days()
    disable_tokens_days = _days(LEAST_UNUSED_DAYS, MOST_UNUSED_DAYS)
    disable_robots_days = _days(LEAST_UNUSED_DAYS, MOST_UNUSED_DAYS)


class HitSerializer(serializers.Serializer[Any]):
    """A token that a policy reaches."""

    access_id = serializers.UUIDField(source="token.uuid")
    token = serializers.CharField()
    reason = serializers.CharField()


class UnusedRobotSerializer(serializers.Serializer[Any]):
    """A robot account that a policy reaches."""

    id = serializers.UUIDField()
    path = serializers.CharField()
    reason = serializers.CharField()


class EffectsSerializer(serializers.Serializer[Any]):
    """What a policy would do; the first hundred tokens of each kind stand here."""

    blocked_count = serializers.IntegerField()
    blocked = HitSerializer(many=True)
    unblocked_count = serializers.IntegerField()
    unblocked = HitSerializer(many=True)
    unused_tokens_count = serializers.IntegerField(
        help_text="Announced within the hour, and disabled 14 days later unless they are used."
    )
    unused_tokens = HitSerializer(many=True)
    unused_robots_count = serializers.IntegerField(help_text="The same.")
    unused_robots = UnusedRobotSerializer(many=True)

    def to_representation(self, instance: Effects) -> dict[str, Any]:
        return super().to_representation(
            {
                "blocked_count": len(instance.blocked),
                "blocked": hits(instance.blocked),
                "unblocked_count": len(instance.unblocked),
                "unblocked": hits(instance.unblocked),
                "unused_tokens_count": len(instance.unused.tokens),
                "unused_tokens": hits(instance.unused.tokens),
                "unused_robots_count": len(instance.unused.robots),
                "unused_robots": [
                    {"id": robot.uuid, "path": robot.path, "reason": why}
                    for robot, why in instance.unused.robot_hits()
                ],
            }
        )


class _PolicyAddress(InOrganization):
    input_serializer_class = PolicyInput

    def get_object(self) -> PolicyAt:
        organization, slug = self.request.organization, self.kwargs.get("project")
        if slug is None:
            return PolicyAt(organization)
        project = find_project(self.request, organization, slug)
        require(self.request.viewer, Permission.PROJECT_READ, project)
        return PolicyAt(organization, project)


class PolicyResource(_PolicyAddress, generics.RetrieveUpdateAPIView[Any]):
    """The policy of the organization, or a project's own."""

    serializer_class = PolicySerializer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if "project" not in kwargs:
            require(self.request.viewer, Permission.ORGANIZATION_READ, self.request.organization)
        return super().retrieve(request, *args, **kwargs)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Saves it, and blocks or lets work again what the preview tells."""
        return super().patch(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        change_policy(
            actor=self.request.user, policy=serializer.instance, **serializer.validated_data
        )


class ProjectPolicyResource(PolicyResource):
    """A project's own policy, which can only be narrower."""


class PolicyPreview(_PolicyAddress, UpdateModelMixin):
    """What a change would do; it changes nothing."""

    serializer_class = EffectsSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.update(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        policy, changes = serializer.instance, serializer.validated_data
        require_to_set_policy(self.request.viewer, policy)
        check_policy(policy, **changes)
        serializer.instance = effects_of(policy, **changes)


class ProjectPolicyPreview(PolicyPreview):
    """What a change of a project's policy would do; it changes nothing."""
