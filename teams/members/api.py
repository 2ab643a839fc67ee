"""Who belongs to an organization, and who is invited."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework import generics, serializers
from rest_framework.mixins import UpdateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.filters import SearchFilters
from console.api.generics import InOrganization, ValidatedBody
from console.api.serializers import InputSerializer, Nothing
from console.paging import Order
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from teams.members.queries import people_of, visible_invitations
from teams.members.services import (
    change_member_role,
    remove_member,
    resend_invitation,
    withdraw_invitation,
)
from teams.models import Invitation, Membership, Team


class MemberSerializer(serializers.Serializer[Any]):
    """A person in an organization; `id` is the person's."""

    id = serializers.UUIDField(source="user.uuid")
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(Membership.Role.choices)
    joined_at = serializers.DateTimeField(source="created_at")


class RoleInput(InputSerializer):
    """What somebody becomes."""

    role = serializers.ChoiceField(Membership.Role.choices)


class InvitationSerializer(serializers.Serializer[Any]):
    """An address that may join, and what it gets besides: `gives` says all of it in words."""

    id = serializers.UUIDField(source="uuid")
    email = serializers.EmailField()
    role = serializers.ChoiceField(Membership.Role.choices)
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(source="ends_at")
    created_by = serializers.CharField()
    gives = serializers.SerializerMethodField()

    def get_gives(self, invitation: Invitation) -> list[str]:
        hidden = self.context["view"].hidden_teams
        return [place.shown_label(hidden) for place in invitation.places.all()]


class Members(InOrganization, generics.ListAPIView[Membership]):
    """The organization's people."""

    serializer_class = MemberSerializer
    query_serializer_class = SearchFilters
    ordering = Order("label")

    def get_queryset(self) -> QuerySet[Membership]:
        require(self.request.viewer, Permission.MEMBER_READ, self.request.organization)
        return people_of(self.request.organization, self.query.get("q", ""))


class Member(InOrganization, generics.RetrieveUpdateDestroyAPIView[Membership]):
    """One of the organization's people."""

    serializer_class = MemberSerializer
    input_serializer_class = RoleInput
    lookup_field = "user__uuid"
    lookup_url_kwarg = "user"

    def get_queryset(self) -> QuerySet[Membership]:
        require(self.request.viewer, Permission.MEMBER_READ, self.request.organization)
        return people_of(self.request.organization)

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = change_member_role(
            actor=self.request.user, membership=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, instance: Membership) -> None:
        remove_member(actor=self.request.user, membership=instance)


class PendingInvitations(InOrganization):
    """The invitations that the caller may see."""

    serializer_class = InvitationSerializer
    lookup_url_kwarg = "invitation"

    @cached_property
    def hidden_teams(self) -> set[int]:
        """The ids of those whose names the caller may not know."""
        return Team.objects.hidden_from(self.request.viewer, self.request.organization)

    def get_queryset(self) -> QuerySet[Invitation]:
        found = visible_invitations(self.request.viewer, self.request.organization)
        return found.select_related("organization").prefetch_related("places")


class InvitationResource(PendingInvitations, generics.RetrieveDestroyAPIView[Invitation]):
    """One that waits for an answer."""

    def perform_destroy(self, instance: Invitation) -> None:
        withdraw_invitation(actor=self.request.user, invitation=instance)


class InvitationSending(PendingInvitations, UpdateModelMixin):
    """A new link by e-mail; the old one ends."""

    input_serializer_class = Nothing

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.update(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = resend_invitation(
            actor=self.request.user, invitation=serializer.instance
        )
