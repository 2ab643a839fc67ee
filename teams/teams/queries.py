"""Finding teams, and places in them, through the eyes of the viewer."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from console.http import Visit
from console.models import Organization
from teams.models import Team, TeamMember
from teams.models.teams import TeamQuerySet


def find_team(request: Visit, organization: Organization, team: UUID) -> Team:
    """The team of that UUID, if the actor may see it; else a 404."""
    seen = Team.objects.visible_to(request.viewer, organization)
    return get_object_or_404(seen.select_related("organization"), uuid=team)


def teams_matching(teams: TeamQuerySet, text: str) -> TeamQuerySet:
    """Those whose name or description contains `text`."""
    if not text:
        return teams
    return teams.filter(Q(name__has_text=text) | Q(description__has_text=text))


def members_matching(team: Team, text: str) -> QuerySet[TeamMember]:
    """The places of people whose name or address contains `text`."""
    places = TeamMember.objects.filter(team=team).select_related("user")
    if not text:
        return places
    return places.filter(Q(user__name__has_text=text) | Q(user__email__has_text=text))


def find_place(team: Team, member: UUID) -> TeamMember:
    """The place in the team of that UUID."""
    found = TeamMember.objects.select_related("user", "team__organization")
    return get_object_or_404(found, team=team, uuid=member)
