"""Who belongs to an organization, and who is invited."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers

from console.api.operations import Listing, changes, creates, does, ends, lists, shows
from console.api.resources import Api, InOrganization
from console.api.shapes import Answer, Input, Nothing, SearchFilters
from console.models import Organization
from console.paging import Order
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from teams.members.queries import people_of
from teams.members.services import (
    change_member_role,
    invite,
    remove_member,
    resend_invitation,
    withdraw_invitation,
)
from teams.models import Invitation, Membership


class MemberAnswer(Answer):
    """A person in an organization; `id` is the person's."""

    id = serializers.UUIDField(source="user.uuid")
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(Membership.Role.choices)
    joined_at = serializers.DateTimeField(source="created_at")


class RoleInput(Input):
    """What somebody becomes."""

    role = serializers.ChoiceField(Membership.Role.choices)


class InvitationAnswer(Answer):
    """An address that may join."""

    id = serializers.UUIDField(source="uuid")
    email = serializers.EmailField()
    role = serializers.ChoiceField(Membership.Role.choices)
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(source="ends_at")
    created_by = serializers.CharField()


class InvitationInput(RoleInput):
    """Whom to invite."""

    email = serializers.EmailField(max_length=254)


def at_organization(organization: Organization) -> str:
    """The address of an organization."""
    return reverse("console-api:organization", args=[organization.slug])


def at_invitation(invitation: Invitation) -> str:
    """The address of an invitation."""
    return reverse("teams-api:invitation", args=[invitation.organization.slug, invitation.uuid])


class Members(InOrganization):
    """The organization's people."""

    @lists(MemberAnswer, SearchFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        require(request.viewer, Permission.MEMBER_READ, request.organization)
        return Listing(people_of(request.organization, wanted.get("q", "")), Order("label"))


class Member(InOrganization):
    """One of the organization's people."""

    def find(self, request: Api, user: UUID) -> Membership:
        require(request.viewer, Permission.MEMBER_READ, request.organization)
        return get_object_or_404(people_of(request.organization), user__uuid=user)

    @shows(MemberAnswer)
    def get(self, request: Api, user: UUID) -> Membership:
        return self.find(request, user)

    @changes(MemberAnswer, RoleInput)
    def patch(self, request: Api, user: UUID, values: dict[str, Any]) -> Membership:
        found = self.find(request, user)
        return change_member_role(actor=request.user, membership=found, **values)

    @ends
    def delete(self, request: Api, user: UUID) -> None:
        remove_member(actor=request.user, membership=self.find(request, user))


def _pending(request: Api) -> Any:  # noqa: ANN401 - a queryset
    require(request.viewer, Permission.MEMBER_CREATE, request.organization)
    found = Invitation.objects.pending().filter(organization=request.organization)
    return found.select_related("organization")


class Invitations(InOrganization):
    """Those that wait for an answer."""

    @lists(InvitationAnswer)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        return Listing(_pending(request), Order("created_at", descending=True))

    @creates(InvitationAnswer, InvitationInput, at_invitation)
    def post(self, request: Api, values: dict[str, Any]) -> Invitation:
        return invite(actor=request.user, organization=request.organization, **values)


class InvitationResource(InOrganization):
    """One that waits for an answer."""

    @shows(InvitationAnswer)
    def get(self, request: Api, invitation: UUID) -> Invitation:
        found: Invitation = get_object_or_404(_pending(request), uuid=invitation)
        return found

    @ends
    def delete(self, request: Api, invitation: UUID) -> None:
        found = get_object_or_404(_pending(request), uuid=invitation)
        withdraw_invitation(actor=request.user, invitation=found)


class InvitationSending(InOrganization):
    """A new link by e-mail; the old one ends."""

    @does(InvitationAnswer, Nothing)
    def post(self, request: Api, invitation: UUID, values: dict[str, Any]) -> Invitation:
        found = get_object_or_404(_pending(request), uuid=invitation)
        return resend_invitation(actor=request.user, invitation=found)
