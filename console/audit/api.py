"""The audit log."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console.api.operations import Listing, lists, shows
from console.api.problems import NotUnderstood
from console.api.resources import Api, InOrganization
from console.api.shapes import Answer, SearchFilters
from console.audit import sentences
from console.audit.filters import ALL, MACHINES, PEOPLE, events_of, filtered, is_secret
from console.models import Event
from console.permissions.decision import require
from console.permissions.vocabulary import Permission


class PartyAnswer(Answer):
    """Who did it, or to what, as it was called then."""

    kind = serializers.CharField()
    id = serializers.UUIDField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment] # the field's name, not its title


class EventAnswer(Answer):
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

    @extend_schema_field(PartyAnswer)
    def get_actor(self, event: Event) -> dict[str, Any]:
        return _party(event, "actor")

    @extend_schema_field(PartyAnswer)
    def get_target(self, event: Event) -> dict[str, Any]:
        return _party(event, "target")


def _party(event: Event, part: str) -> dict[str, Any]:
    names = {"kind": f"{part}_kind", "id": f"{part}_uuid", "label": f"{part}_label"}
    return PartyAnswer({key: getattr(event, name) for key, name in names.items()}).data


class EventFilters(SearchFilters):
    """Which events. Without anything else, people's alone."""

    who = serializers.ChoiceField([PEOPLE, MACHINES, ALL], required=False)
    actor = serializers.UUIDField(required=False)
    action = serializers.CharField(required=False, max_length=60)
    target = serializers.UUIDField(required=False)
    access_id = serializers.UUIDField(required=False, source="token")
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class Events(InOrganization):
    """The organization's audit log, the newest first."""

    @lists(EventAnswer, EventFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        require(request.viewer, Permission.EVENT_READ, request.organization)
        if is_secret(wanted.get("q", "")):
            message = "That looks like a token. Search for names, or for an access ID."
            raise NotUnderstood([{"field": "q", "message": message}])
        return Listing(*filtered(events_of(request.organization), wanted))


class EventResource(InOrganization):
    """One event."""

    @shows(EventAnswer)
    def get(self, request: Api, event: UUID) -> Event:
        require(request.viewer, Permission.EVENT_READ, request.organization)
        return get_object_or_404(events_of(request.organization), uuid=event)
