"""The audit log."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from console.api.filters import SearchFilters
from console.api.generics import InOrganization
from console.api.serializers import MomentField
from console.audit import sentences
from console.audit.filters import ALL, MACHINES, PEOPLE, events_of, filtered
from console.audit.search import TOO_SHORT, is_too_short
from console.models import Event
from console.permissions.decision import require
from console.permissions.vocabulary import Permission


class PartySerializer(serializers.Serializer[Any]):
    """Who did it, or to what, as it was called then."""

    kind = serializers.CharField()
    id = serializers.UUIDField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment] # the field's name, not its title


class EventSerializer(serializers.Serializer[Any]):
    """One line of the audit log."""

    id = serializers.UUIDField(source="uuid")
    number = serializers.IntegerField(help_text="Its place in the organization's chain.")
    at = serializers.DateTimeField(source="created_at")
    action = serializers.CharField()
    sentence = serializers.SerializerMethodField()
    actor = serializers.SerializerMethodField()
    target = serializers.SerializerMethodField()
    token = serializers.UUIDField(
        source="token_uuid", allow_null=True, help_text="The access ID of the token they came with."
    )
    before = serializers.DictField()
    after = serializers.DictField()
    request_id = serializers.CharField()
    address = serializers.CharField()

    def get_sentence(self, event: Event) -> str:
        return sentences.sentence(event)

    @extend_schema_field(PartySerializer)
    def get_actor(self, event: Event) -> dict[str, Any]:
        return _party(event, "actor")

    @extend_schema_field(PartySerializer)
    def get_target(self, event: Event) -> dict[str, Any]:
        return _party(event, "target")


def _party(event: Event, part: str) -> dict[str, Any]:
    names = {"kind": f"{part}_kind", "id": f"{part}_uuid", "label": f"{part}_label"}
    return PartySerializer({key: getattr(event, name) for key, name in names.items()}).data


class EventFilters(SearchFilters):
    """Which events. Without anything else, people's alone."""

    who = serializers.ChoiceField([PEOPLE, MACHINES, ALL], required=False)
    actor = serializers.UUIDField(required=False)
    action = serializers.CharField(required=False, max_length=60)
    target = serializers.UUIDField(required=False)
    access_id = serializers.UUIDField(required=False, source="token")
    since = MomentField(required=False, help_text="From this moment on.")
    until = MomentField(required=False, help_text="Up to this moment.")

    def validate_q(self, text: str) -> str:
        if is_too_short(text):
            raise serializers.ValidationError(TOO_SHORT)
        return text

    def validate_action(self, text: str) -> str:
        if text not in sentences.SENTENCES:
            raise serializers.ValidationError("There is no such action.")
        return text


class _OrganizationEvents(InOrganization):
    serializer_class = EventSerializer

    def get_queryset(self) -> QuerySet[Event]:
        require(self.request.viewer, Permission.EVENT_READ, self.request.organization)
        return events_of(self.request.organization)


class Events(_OrganizationEvents, generics.ListAPIView[Event]):
    """The organization's audit log, the newest first."""

    query_serializer_class = EventFilters

    def get_queryset(self) -> QuerySet[Event]:
        found, self.ordering = filtered(super().get_queryset(), self.query)
        return found


class EventResource(_OrganizationEvents, generics.RetrieveAPIView[Event]):
    """One event."""

    lookup_url_kwarg = "event"
