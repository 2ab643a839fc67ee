"""Inviting people by the API, with what they are to get."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from rest_framework import generics, serializers

from console.api.filters import Filters
from console.api.generics import ValidatedBody
from console.api.serializers import MAX_ITEMS, InputSerializer, StrictCharField
from console.forms import parse_uuid
from console.models import Project
from console.paging import Order
from teams.invitations.roles import place_by_value
from teams.invitations.services import invite_people
from teams.members.api import PendingInvitations
from teams.models import Invitation, InvitedPlace, Membership, Team, TeamMember
from teams.models.invited import PROJECT_ROLES

T = TypeVar("T", Team, Project)


class InvitedTeamInput(InputSerializer):
    """A team, by name or `id`, and what the person is to be in it."""

    team = StrictCharField()
    role = serializers.ChoiceField(TeamMember.Role.choices, default="member")


class InvitationInput(InputSerializer):
    """Whom to invite, and what they get when they accept."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Membership.Role.choices)
    teams = InvitedTeamInput(many=True, required=False, max_length=MAX_ITEMS)  # type: ignore[call-arg] # of the list
    project = StrictCharField(
        required=False,
        help_text="By name or `id`. Who gives roles in a project alone names that one.",
    )
    project_role = StrictCharField(
        default="project:developer",
        help_text=f"One of {', '.join(PROJECT_ROLES)}, or `custom:<uuid>` of a custom role.",
    )


class Invitations(PendingInvitations, generics.ListCreateAPIView[Invitation]):
    """Those that wait for an answer."""

    input_serializer_class = InvitationInput
    query_serializer_class = Filters
    ordering = Order("created_at", descending=True)
    location_name = "teams-api:invitation"

    def perform_create(self, serializer: ValidatedBody) -> None:
        values = serializer.validated_data
        (serializer.instance,) = invite_people(
            actor=self.request.user,
            organization=self.request.organization,
            emails=[values["email"]],
            role=values["role"],
            places=list(self._places(values)),
        )

    def _places(self, values: dict[str, Any]) -> Iterator[InvitedPlace]:
        viewer, organization = self.request.viewer, self.request.organization
        teams = Team.objects.visible_to(viewer, organization).select_related("organization")
        for wanted in values.get("teams", ()):
            yield InvitedPlace.in_team(_one(teams, "teams", "name", wanted["team"]), wanted["role"])
        if name := values.get("project"):
            seen = Project.objects.visible_to(viewer, organization).select_related("organization")
            project = _one(seen, "project", "slug", name)
            yield place_by_value(self.request, project, values["project_role"])


def _one(rows: QuerySet[T], field: str, column: str, text: str) -> T:
    """The row of that name or UUID; one that the caller does not see is a mistake in `field`."""
    found = rows.filter(Q(**{column: text}) | Q(uuid=parse_uuid(text))).first()
    if found is None:
        raise serializers.ValidationError({field: f"There is no {text!r} here."})
    return found
