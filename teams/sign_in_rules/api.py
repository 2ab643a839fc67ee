"""What an organization asks of its people, and which of them are not ready for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import generics, serializers
from rest_framework.mixins import UpdateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.generics import InOrganization, ValidatedBody
from console.api.serializers import MAX_ITEMS, InputSerializer, StrictCharField
from console.models import Organization
from console.models.sign_in_rules import RequiredFactor
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from teams.members.api import MemberSerializer
from teams.sign_in_rules.queries import first_not_ready
from teams.sign_in_rules.services import (
    apply_changes,
    change_sign_in_rules,
    may_set_rules,
    require_to_set_rules,
)

FACTORS = [(it.value, it.label) for it in RequiredFactor if it]
DAY_WORDS = "Write a day with its year first, such as 2027-01-31."


class SignInRulesSerializer(serializers.Serializer[Any]):
    """What is asked of people; robot accounts are not affected. No networks: from everywhere."""

    required_factor = serializers.ChoiceField(FACTORS, allow_null=True)
    factor_from = serializers.DateField(
        allow_null=True, help_text="The first day, in UTC, on which those without it stay outside."
    )
    networks = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Which people may come from. Null for those who may not change them.",
    )

    def to_representation(self, instance: Organization) -> dict[str, Any]:
        sees_networks = may_set_rules(self.context["view"].request.viewer, instance)
        return super().to_representation(
            {
                "required_factor": instance.required_factor or None,
                "factor_from": instance.factor_from,
                "networks": instance.people_networks.split() if sees_networks else None,
            }
        )


class SignInRulesInput(InputSerializer):
    """What of them may change."""

    required_factor = serializers.ChoiceField(FACTORS, required=False, allow_null=True)
    factor_from = serializers.DateField(
        required=False,
        allow_null=True,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": DAY_WORDS},
    )
    networks = serializers.ListField(
        max_length=MAX_ITEMS, child=StrictCharField(), required=False, source="people_networks"
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        if "required_factor" in values:
            values["required_factor"] = values["required_factor"] or ""
        if "people_networks" in values:
            values["people_networks"] = " ".join(values["people_networks"])
        return values


class NotReadySerializer(serializers.Serializer[Any]):
    """The people who do not have what would be required: how many, and the first hundred."""

    not_ready_count = serializers.IntegerField()
    not_ready = MemberSerializer(many=True)

    def to_representation(self, instance: Organization) -> dict[str, Any]:
        return super().to_representation(first_not_ready(instance))


@contextmanager
def _by_the_names_of_the_api() -> Iterator[None]:
    """What is refused of the networks is said of the field as it was sent."""
    try:
        yield
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            raise
        faults = {
            "networks" if name == "people_networks" else name: found
            for name, found in refusal.error_dict.items()
        }
        raise ValidationError(faults) from refusal


class SignInRulesResource(InOrganization, generics.RetrieveUpdateAPIView[Any]):
    """The organization's sign-in rules."""

    serializer_class = SignInRulesSerializer
    input_serializer_class = SignInRulesInput

    def get_object(self) -> Organization:
        return self.request.organization

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        require(self.request.viewer, Permission.ORGANIZATION_READ, self.request.organization)
        return super().retrieve(request, *args, **kwargs)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Saves them, and tells those who are not ready. Refused where it would lock the caller out, and
        to robot accounts and narrowed tokens.
        """
        return super().patch(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        with _by_the_names_of_the_api():
            serializer.instance = change_sign_in_rules(
                actor=self.request.user,
                organization=serializer.instance,
                **serializer.validated_data,
            )


class SignInRulesPreview(InOrganization, UpdateModelMixin):
    """The people who would not be ready; it changes nothing."""

    serializer_class = NotReadySerializer
    input_serializer_class = SignInRulesInput

    def get_object(self) -> Organization:
        return Organization.objects.get(pk=self.request.organization.pk)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.update(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        require_to_set_rules(self.request.viewer, serializer.instance)
        with _by_the_names_of_the_api():
            apply_changes(self.request.user, serializer.instance, serializer.validated_data)
