"""Why may it, and who can."""

from dataclasses import replace
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from console.api.generics import ApiRequest, InOrganization
from console.api.serializers import QuerySerializer
from console.models import Project
from console.organizations.paths import repository_target
from console.permissions.decision import NO_LIMITS, Decision, Held, Limits, Target, decide, require
from console.permissions.roles import ABILITIES
from console.permissions.vocabulary import Permission
from robots.models import Robot
from robots.queries.abilities import Extent
from robots.queries.explain import Holding, Right, rights_of
from robots.queries.finding import find_robot
from robots.queries.reaching import who_reaches
from teams.models import Membership, Team


class ExplanationSerializer(serializers.Serializer[Any]):
    """Yes or no, and every grant that gives it, or why nothing does."""

    allowed = serializers.BooleanField()
    reason = serializers.CharField()
    because = serializers.ListField(child=serializers.CharField())


class QuestionFilters(QuerySerializer):
    """A permission and where."""

    permission = serializers.ChoiceField([str(name) for name in Permission])
    repository = serializers.CharField(
        required=False, help_text="`project/name`, or with the organization before it."
    )
    project = serializers.CharField(required=False, help_text="Or a project's slug.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Of two that exclude each other one would be ignored."""
        for one, other in (("repository", "project"), ("robot", "user")):
            if {one, other} <= values.keys():
                raise serializers.ValidationError({other: f"Give `{one}` or `{other}`, not both."})
        return values


class ExplainFilters(QuestionFilters):
    """Who is asked about; without anybody it is the caller."""

    robot = serializers.UUIDField(required=False)
    user = serializers.UUIDField(required=False)


class ReachFilters(QuestionFilters):
    """Where; without a permission, who holds anything there."""

    permission = serializers.ChoiceField([str(name) for name in Permission], required=False)


def _can_field() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(list(ABILITIES)),
        help_text="What that comes to there: `view`, `pull`, `push`, `delete`, `admin`.",
    )


class ReacherSerializer(serializers.Serializer[Any]):
    """Somebody who holds the permission there."""

    kind = serializers.ChoiceField(["team", "user", "robot"])
    name = serializers.CharField()
    can = _can_field()
    can_in_some = serializers.ListField(
        child=serializers.ChoiceField(list(ABILITIES)),
        help_text="The same for some of a project's repositories.",
    )
    because = serializers.ListField(child=serializers.CharField())


class ReachSerializer(serializers.Serializer[Any]):
    """Who can."""

    results = ReacherSerializer(many=True)


def _target(request: ApiRequest, wanted: dict[str, Any]) -> Target | None:
    """Where it is asked about; `None` for what is not there and for what the caller does not see."""
    organization = request.organization
    seen = Project.objects.visible_to(request.viewer, organization)
    if path := wanted.get("repository"):
        whole = path if path.startswith(f"{organization.slug}/") else f"{organization.slug}/{path}"
        found = repository_target(whole)
        return found if found and seen.filter(pk=found.project_id or 0).exists() else None
    if slug := wanted.get("project"):
        project = seen.filter(slug=slug).first()
        return project.target if project else None
    return organization.target


def _require_to_know(request: ApiRequest, target: Target | None) -> Target:
    """What others hold is told to who may read grants there."""
    if target is None:
        raise Http404
    require(request.viewer, Permission.GRANT_READ, replace(target, public=False))
    return target


def _held(request: ApiRequest, wanted: dict[str, Any], target: Target) -> tuple[list[Held], Limits]:
    """What whoever is asked about holds, with only those names that the caller may know."""
    # A robot does not know the names of its secret teams either.
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    if "robot" in wanted:
        robots = Robot.objects.visible_to(request.viewer, request.organization)
        robot = get_object_or_404(robots, uuid=wanted["robot"])
        return robot.explained_grants(target, hidden), robot.limits
    if "user" in wanted:
        require(request.viewer, Permission.TEAM_READ, request.organization)
        members = Membership.objects.filter(organization=request.organization)
        member = get_object_or_404(members.select_related("user"), user__uuid=wanted["user"])
        return member.user.grants_on(target), NO_LIMITS
    return request.user.explained_grants(target, hidden), request.user.limits


class Explain(InOrganization, generics.RetrieveAPIView[Any]):
    """May somebody do this there, and why?"""

    serializer_class = ExplanationSerializer
    query_serializer_class = ExplainFilters

    def get_object(self) -> dict[str, Any]:
        request, wanted = self.request, self.query
        target, permission = _target(request, wanted), Permission(wanted["permission"])
        if {"robot", "user"} & wanted.keys():
            target = _require_to_know(request, target)
        if target is None:
            return _answered(Decision(False, f"no grant gives {permission} here"))
        held, limits = _held(request, wanted, target)
        return _answered(decide(held, permission, target, limits))


def _answered(decision: Decision) -> dict[str, Any]:
    because = [grant.source for grant in decision.because]
    return {"allowed": decision.allowed, "reason": decision.reason, "because": because}


class Reach(InOrganization, generics.RetrieveAPIView[Any]):
    """Who can do this there?"""

    serializer_class = ReachSerializer
    query_serializer_class = ReachFilters

    def get_object(self) -> dict[str, Any]:
        request, permission = self.request, self.query.get("permission")
        target = _require_to_know(request, _target(request, self.query))
        if target.project_id is None or (target.on_repository and not target.repository_id):
            raise Http404
        hidden = Team.objects.hidden_from(request.viewer, request.organization)
        found = [
            {
                "kind": _kind(reacher.kind),
                "name": reacher.name,
                "can": _able(reacher.holding, Extent.ALL),
                "can_in_some": _able(reacher.holding, Extent.SOME),
                "because": sources,
            }
            for reacher in who_reaches(target, hidden)
            if (sources := _giving(reacher.holding, permission))
        ]
        return {"results": found}


def _kind(kind: str) -> str:
    return "user" if kind == "person" else kind


def _able(holding: Holding, extent: Extent) -> list[str]:
    return [ability.name for ability in holding.abilities if ability.extent == extent]


def _giving(holding: Holding, permission: str | None) -> list[str]:
    """The grants that give the permission, or anything where none was asked about."""
    if permission is None:
        return holding.sources
    return [
        source
        for reason in holding.reasons
        if permission in reason.permissions
        for source in reason.sources
    ]


class ReasonSerializer(serializers.Serializer[Any]):
    """Permissions that are held for the same reasons."""

    permissions = serializers.ListField(child=serializers.CharField())
    because = serializers.ListField(child=serializers.CharField(), source="sources")


class RightSerializer(serializers.Serializer[Any]):
    """What a robot holds on one thing that a grant is about."""

    on = serializers.CharField(source="where")
    note = serializers.CharField()
    can = serializers.SerializerMethodField()
    rights = ReasonSerializer(many=True, source="reasons")

    @extend_schema_field(_can_field())
    def get_can(self, right: Right) -> list[str]:
        return _able(right.holding, Extent.ALL)


class AccessSerializer(serializers.Serializer[Any]):
    """All that a robot holds, and why."""

    results = RightSerializer(many=True)


class RobotAccess(InOrganization, generics.RetrieveAPIView[Any]):
    """What a robot holds, and why."""

    serializer_class = AccessSerializer

    def get_object(self) -> dict[str, Any]:
        organization = self.request.organization
        robot = find_robot(self.request, organization, self.kwargs["robot"])
        hidden = Team.objects.hidden_from(self.request.viewer, organization)
        return {"results": rights_of(robot, hidden)}
