"""New organizations by people."""

from typing import Any

from rest_framework.exceptions import PermissionDenied

from console.api.operations import creates
from console.api.resources import Api
from console.api.shapes import Input, Text
from console.models import Organization
from console.organizations.api import OrganizationAnswer, Organizations
from teams.members.api import at_organization
from teams.models import User
from teams.users.services import create_organization


class OrganizationInput(Input):
    """A new organization, whose first owner is the caller."""

    slug = Text()
    name = Text()


class OrganizationsOfPeople(Organizations):
    """The organizations that the caller belongs to, and new ones."""

    @creates(OrganizationAnswer, OrganizationInput, at_organization)
    def post(self, request: Api, values: dict[str, Any]) -> Organization:
        if request.user.actor_kind != User.actor_kind:
            raise PermissionDenied("Only people create organizations.")
        return create_organization(actor=request.user, **values)
