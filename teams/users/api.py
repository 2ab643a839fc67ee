"""New organizations by people."""

from rest_framework import generics
from rest_framework.exceptions import PermissionDenied

from console.api.generics import ValidatedBody
from console.api.serializers import InputSerializer, StrictBooleanField, StrictCharField
from console.models import Organization
from console.organizations.api import Organizations
from teams.models import User
from teams.users.services import create_organization


class OrganizationInput(InputSerializer):
    """A new organization, whose first owner is the caller."""

    slug = StrictCharField()
    name = StrictCharField()
    reuse = StrictBooleanField(
        required=False,
        default=False,
        help_text="Also where a deleted organization had this slug; for operators alone.",
    )


class OrganizationsOfPeople(Organizations, generics.CreateAPIView[Organization]):
    """The organizations that the caller belongs to, and new ones."""

    input_serializer_class = OrganizationInput
    location_name = "console-api:organization"
    location_field = "slug"

    def perform_create(self, serializer: ValidatedBody) -> None:
        if self.request.user.actor_kind != User.actor_kind:
            raise PermissionDenied("Only people create organizations.")
        serializer.instance = create_organization(
            actor=self.request.user, **serializer.validated_data
        )
