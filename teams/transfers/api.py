"""Handing an organization over by the API."""

from typing import Any

from rest_framework import serializers
from rest_framework.mixins import UpdateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.generics import InOrganization, ValidatedBody
from console.api.serializers import InputSerializer
from console.models import Organization
from teams.members.api import MemberSerializer
from teams.transfers.services import Afterwards, transfer_organization


class TransferInput(InputSerializer):
    """To whom, and what the caller is afterwards: a member, or nothing any more."""

    email = serializers.EmailField(max_length=254, help_text="Of a member.")
    afterwards = serializers.ChoiceField([it.value for it in Afterwards])


class OrganizationTransfer(InOrganization, UpdateModelMixin):
    """Makes a member an owner instead of the caller."""

    serializer_class = MemberSerializer
    input_serializer_class = TransferInput

    def get_object(self) -> Organization:
        return self.request.organization

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answers with the new owner. Refused to robot accounts and narrowed tokens."""
        return self.update(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = transfer_organization(
            actor=self.request.user,
            organization=serializer.instance,
            **serializer.validated_data,
        )
