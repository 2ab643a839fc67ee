"""Teams: themselves, their people and their robots."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, QuerySet
from rest_framework import generics, serializers
from rest_framework.permissions import SAFE_METHODS

from console.api.filters import Filters, SearchFilters, search_field
from console.api.generics import (
    ApiRequest,
    InOrganization,
    ReauthenticatedDestroyMixin,
    ValidatedBody,
)
from console.api.serializers import InputSerializer, StrictBooleanField, StrictCharField
from console.paging import Order
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_team
from robots.accounts.api.shapes import BriefRobotSerializer
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.models import Robot
from teams.models import Membership, Team, TeamMember, User
from teams.teams.queries import find_team, teams_matching
from teams.teams.services import (
    add_team_members,
    change_team_role,
    create_team,
    remove_team_member,
    update_team,
)


class TeamSerializer(serializers.Serializer[Any]):
    """A team; a secret one is seen by its members and by who may see teams."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    description = serializers.CharField()
    secret = serializers.BooleanField()
    member_count = serializers.IntegerField()
    robot_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class TeamChange(InputSerializer):
    """What of a team may change."""

    description = StrictCharField(allow_blank=True, required=False, default="")
    secret = StrictBooleanField(required=False, default=False)


class TeamInput(TeamChange):
    """A new team."""

    name = StrictCharField()


class TeamFilters(SearchFilters):
    """Which teams."""

    lookups = {"name": "name"}

    q = search_field("Part of a name or description.")
    name = serializers.CharField(required=False, help_text="Exactly this name.")


class TeamMemberSerializer(serializers.Serializer[Any]):
    """A person in a team; `id` is the person's."""

    id = serializers.UUIDField(source="user.uuid")
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(TeamMember.Role.choices)


class TeamRoleInput(InputSerializer):
    """What somebody is in a team."""

    role = serializers.ChoiceField(
        TeamMember.Role.choices, required=False, default=TeamMember.Role.MEMBER.value
    )


class TeamMemberInput(TeamRoleInput):
    """Whom to let in."""

    user = StrictCharField(help_text="A member's UUID or e-mail address.")


class TeamRobotInput(InputSerializer):
    """Which robot to let in."""

    robot = StrictCharField(help_text="An organization robot's UUID or name.")


def counted(teams: QuerySet[Team]) -> QuerySet[Team]:
    """With how many people and robots are in each."""
    return teams.select_related("organization").annotate(
        member_count=Count("members", distinct=True),
        robot_count=Count("robot_places", distinct=True),
    )


def shown_team(team: Team) -> Team:
    """The team as the list shows it."""
    return counted(Team.objects.filter(pk=team.pk)).get()


class Teams(InOrganization, generics.ListCreateAPIView[Team]):
    """The teams that the caller may see."""

    serializer_class = TeamSerializer
    input_serializer_class = TeamInput
    query_serializer_class = TeamFilters
    location_name = "robots-api:team"

    def get_queryset(self) -> QuerySet[Team]:
        seen = Team.objects.visible_to(self.request.viewer, self.request.organization)
        return counted(teams_matching(seen, self.query.get("q", "")))

    def perform_create(self, serializer: ValidatedBody) -> None:
        team = create_team(
            actor=self.request.user,
            organization=self.request.organization,
            **serializer.validated_data,
        )
        serializer.instance = shown_team(team)


class _InTeam(InOrganization):
    @cached_property
    def team(self) -> Team:
        return find_team(self.request, self.request.organization, self.kwargs["team"])


class TeamResource(
    _InTeam, ReauthenticatedDestroyMixin, generics.RetrieveUpdateDestroyAPIView[Team]
):
    """One team."""

    serializer_class = TeamSerializer
    input_serializer_class = TeamChange

    def get_object(self) -> Team:
        return shown_team(self.team) if self.request.method in SAFE_METHODS else self.team

    def perform_update(self, serializer: ValidatedBody) -> None:
        team = update_team(actor=self.request.user, team=self.team, **serializer.validated_data)
        serializer.instance = shown_team(team)

    def perform_destroy(self, instance: Team) -> None:
        delete_team(actor=self.request.user, team=instance)


class _TeamPeople(_InTeam):
    serializer_class = TeamMemberSerializer
    lookup_field = "user__uuid"
    lookup_url_kwarg = "user"

    def get_queryset(self) -> QuerySet[TeamMember]:
        if not allows(self.request.viewer, Permission.TEAM_READ, self.team):
            require(self.request.viewer, Permission.MEMBER_READ, self.request.organization)
        people = TeamMember.objects.filter(team=self.team)
        named = people.select_related("user", "team__organization")
        return named.annotate(email=F("user__email"))


class TeamMembers(_TeamPeople, generics.ListCreateAPIView[TeamMember]):
    """The people in a team."""

    input_serializer_class = TeamMemberInput
    query_serializer_class = Filters
    ordering = Order("email")
    location_name = "robots-api:team-member"

    def perform_create(self, serializer: ValidatedBody) -> None:
        require(self.request.viewer, Permission.TEAM_UPDATE, self.team)
        values = serializer.validated_data
        user = _member(self.request, values["user"])
        add_team_members(actor=self.request.user, team=self.team, users=[user], role=values["role"])
        serializer.instance = self.get_queryset().get(user=user)


def _member(request: ApiRequest, who: str) -> User:
    members = Membership.objects.filter(organization=request.organization).select_related("user")
    by = {"user__uuid": as_uuid(who)} if as_uuid(who) else {"user__email": who.strip().lower()}
    found = members.filter(**by).first()
    if found is None:
        raise ValidationError({"user": "The person is not a member of this organization."})
    return found.user


def as_uuid(text: str) -> UUID | None:
    """The UUID that `text` writes, if it does."""
    try:
        return UUID(text)
    except ValueError:
        return None


class TeamMemberResource(_TeamPeople, generics.RetrieveUpdateDestroyAPIView[TeamMember]):
    """One person in a team."""

    input_serializer_class = TeamRoleInput

    def perform_update(self, serializer: ValidatedBody) -> None:
        change_team_role(
            actor=self.request.user, place=serializer.instance, **serializer.validated_data
        )
        serializer.instance = self.get_object()

    def perform_destroy(self, instance: TeamMember) -> None:
        remove_team_member(actor=self.request.user, place=instance)


class TeamRobots(_InTeam, generics.ListCreateAPIView[Robot]):
    """The robots in a team."""

    serializer_class = BriefRobotSerializer
    input_serializer_class = TeamRobotInput
    query_serializer_class = Filters

    def get_queryset(self) -> QuerySet[Robot]:
        require(self.request.viewer, Permission.TEAM_READ, self.team)
        robots = Robot.objects.living().select_related("organization")
        return robots.filter(team_places__team=self.team)

    def perform_create(self, serializer: ValidatedBody) -> None:
        require(self.request.viewer, Permission.TEAM_UPDATE, self.team)
        robot = _robot(self.request, serializer.validated_data["robot"])
        add_team_robots(actor=self.request.user, team=self.team, robots=[robot])
        serializer.instance = robot


def _robot(request: ApiRequest, which: str) -> Robot:
    """An organization robot that the caller may see."""
    robots = Robot.objects.visible_to(request.viewer, request.organization).filter(project=None)
    by = {"uuid": as_uuid(which)} if as_uuid(which) else {"name": which}
    found = robots.filter(**by).first()
    if found is None:
        raise ValidationError({"robot": "There is no organization robot of this name here."})
    return found


class TeamRobotResource(_InTeam, generics.DestroyAPIView[Robot]):
    """One robot in a team."""

    lookup_url_kwarg = "robot"

    def get_queryset(self) -> QuerySet[Robot]:
        require(self.request.viewer, Permission.TEAM_UPDATE, self.team)
        return Robot.objects.filter(team_places__team=self.team)

    def perform_destroy(self, instance: Robot) -> None:
        remove_team_robot(actor=self.request.user, team=self.team, robot=instance)
