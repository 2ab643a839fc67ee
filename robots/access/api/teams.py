"""Teams: themselves, their people and their robots."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers

from console.api.operations import (
    Listing,
    changes,
    creates,
    does,
    ends,
    ends_with_much,
    lists,
    shows,
)
from console.api.resources import Api, InOrganization
from console.api.shapes import Answer, Flag, Input, SearchFilters, Text
from console.paging import Order
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_team
from robots.accounts.api.shapes import BriefRobotAnswer
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.models import Robot
from teams.models import Membership, Team, TeamMember, User
from teams.teams.queries import find_team
from teams.teams.services import (
    add_team_members,
    change_team_role,
    create_team,
    remove_team_member,
    update_team,
)


class TeamAnswer(Answer):
    """A team; a secret one is seen by its members and by who may see teams."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    description = serializers.CharField()
    secret = serializers.BooleanField()
    member_count = serializers.IntegerField()
    robot_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class TeamChange(Input):
    """What of a team may change."""

    description = Text(allow_blank=True, required=False, default="")
    secret = Flag(required=False, default=False)


class TeamInput(TeamChange):
    """A new team."""

    name = Text()


class TeamFilters(SearchFilters):
    """Which teams."""

    name = serializers.CharField(required=False, help_text="Exactly this name.")


class TeamMemberAnswer(Answer):
    """A person in a team; `id` is the person's."""

    id = serializers.UUIDField(source="user.uuid")
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(TeamMember.Role.choices)


class TeamRoleInput(Input):
    """What somebody is in a team."""

    role = serializers.ChoiceField(
        TeamMember.Role.choices, required=False, default=TeamMember.Role.MEMBER.value
    )


class TeamMemberInput(TeamRoleInput):
    """Whom to let in."""

    user = Text(help_text="A member's UUID or e-mail address.")


class TeamRobotInput(Input):
    """Which robot to let in."""

    robot = Text(help_text="An organization robot's UUID or name.")


def at_team(team: Team) -> str:
    """The address of a team."""
    return reverse("robots-api:team", args=[team.organization.slug, team.uuid])


def at_member(place: TeamMember) -> str:
    """The address of a person's place in a team."""
    where = [place.team.organization.slug, place.team.uuid, place.user.uuid]
    return reverse("robots-api:team-member", args=where)


def counted(teams: QuerySet[Team]) -> QuerySet[Team]:
    """With how many people and robots are in each."""
    return teams.select_related("organization").annotate(
        member_count=Count("members", distinct=True),
        robot_count=Count("robot_places", distinct=True),
    )


def shown_team(team: Team) -> Team:
    """The team as the list shows it."""
    return counted(Team.objects.filter(pk=team.pk)).get()


class Teams(InOrganization):
    """The teams that the caller may see."""

    @lists(TeamAnswer, TeamFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        seen = Team.objects.visible_to(request.viewer, request.organization)
        by = {"name": wanted.get("name"), "name__icontains": wanted.get("q")}
        chosen = seen.filter(**{key: value for key, value in by.items() if value})
        return Listing(counted(chosen), Order("name"))

    @creates(TeamAnswer, TeamInput, at_team)
    def post(self, request: Api, values: dict[str, Any]) -> Team:
        organization = request.organization
        return shown_team(create_team(actor=request.user, organization=organization, **values))


class TeamResource(InOrganization):
    """One team."""

    @shows(TeamAnswer)
    def get(self, request: Api, team: UUID) -> Team:
        return shown_team(find_team(request, request.organization, team))

    @changes(TeamAnswer, TeamChange)
    def patch(self, request: Api, team: UUID, values: dict[str, Any]) -> Team:
        found = find_team(request, request.organization, team)
        return shown_team(update_team(actor=request.user, team=found, **values))

    @ends_with_much
    def delete(self, request: Api, team: UUID) -> None:
        delete_team(actor=request.user, team=find_team(request, request.organization, team))


def _places(request: Api, team: UUID) -> QuerySet[TeamMember]:
    found = find_team(request, request.organization, team)
    if not allows(request.viewer, Permission.TEAM_READ, found):
        require(request.viewer, Permission.MEMBER_READ, request.organization)
    people = TeamMember.objects.filter(team=found).select_related("user", "team__organization")
    return people.annotate(email=F("user__email"))


class TeamMembers(InOrganization):
    """The people in a team."""

    @lists(TeamMemberAnswer)
    def get(self, request: Api, team: UUID, wanted: dict[str, Any]) -> Listing:
        return Listing(_places(request, team), Order("email"))

    @creates(TeamMemberAnswer, TeamMemberInput, at_member)
    def post(self, request: Api, team: UUID, values: dict[str, Any]) -> TeamMember:
        found = find_team(request, request.organization, team)
        require(request.viewer, Permission.TEAM_UPDATE, found)
        user = _member(request, values["user"])
        add_team_members(actor=request.user, team=found, users=[user], role=values["role"])
        return _places(request, team).get(user=user)


def _member(request: Api, who: str) -> User:
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


class TeamMemberResource(InOrganization):
    """One person in a team."""

    @shows(TeamMemberAnswer)
    def get(self, request: Api, team: UUID, user: UUID) -> TeamMember:
        return get_object_or_404(_places(request, team), user__uuid=user)

    @changes(TeamMemberAnswer, TeamRoleInput)
    def patch(self, request: Api, team: UUID, user: UUID, values: dict[str, Any]) -> TeamMember:
        place = get_object_or_404(_places(request, team), user__uuid=user)
        change_team_role(actor=request.user, place=place, **values)
        return _places(request, team).get(user__uuid=user)

    @ends
    def delete(self, request: Api, team: UUID, user: UUID) -> None:
        place = get_object_or_404(_places(request, team), user__uuid=user)
        remove_team_member(actor=request.user, place=place)


class TeamRobots(InOrganization):
    """The robots in a team."""

    @lists(BriefRobotAnswer)
    def get(self, request: Api, team: UUID, wanted: dict[str, Any]) -> Listing:
        found = find_team(request, request.organization, team)
        require(request.viewer, Permission.TEAM_READ, found)
        robots = Robot.objects.living().select_related("organization")
        return Listing(robots.filter(team_places__team=found), Order("name"))

    @does(BriefRobotAnswer, TeamRobotInput, 201)
    def post(self, request: Api, team: UUID, values: dict[str, Any]) -> Robot:
        found = find_team(request, request.organization, team)
        require(request.viewer, Permission.TEAM_UPDATE, found)
        robot = _robot(request, values["robot"])
        add_team_robots(actor=request.user, team=found, robots=[robot])
        return robot


def _robot(request: Api, which: str) -> Robot:
    """An organization robot that the caller may see."""
    robots = Robot.objects.visible_to(request.viewer, request.organization).filter(project=None)
    by = {"uuid": as_uuid(which)} if as_uuid(which) else {"name": which}
    found = robots.filter(**by).first()
    if found is None:
        raise ValidationError({"robot": "There is no organization robot of this name here."})
    return found


class TeamRobotResource(InOrganization):
    """One robot in a team."""

    @ends
    def delete(self, request: Api, team: UUID, robot: UUID) -> None:
        found = find_team(request, request.organization, team)
        require(request.viewer, Permission.TEAM_UPDATE, found)
        robots = Robot.objects.filter(team_places__team=found)
        remove_team_robot(
            actor=request.user, team=found, robot=get_object_or_404(robots, uuid=robot)
        )
