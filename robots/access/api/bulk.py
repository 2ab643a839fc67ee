"""Grants in bulk: what the pages that add access do, in one request and one transaction."""

from typing import Any

from rest_framework import generics, serializers

from console.api.generics import InOrganization, ValidatedBody
from console.api.serializers import MAX_ITEMS, InputSerializer, StrictCharField
from robots.access.api.grants import find_holder, find_place, hide_teams, what_of, with_holders
from robots.access.api.shapes import KINDS, ONE_OF, GrantSerializer, WhatInput
from teams.grants.services import Given, GrantSpec, Outcome, give_all

MOST = 200
TOO_MANY = f"These are more than {MOST} grants. Ask for the others apart."


class HolderInput(InputSerializer):
    """Somebody: one of these."""

    team = StrictCharField(required=False, help_text="A name or UUID.")
    user = StrictCharField(required=False, help_text="A member's e-mail address or UUID.")
    robot = StrictCharField(required=False, help_text="A login name or UUID.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if len(KINDS.keys() & values.keys()) != 1:
            raise serializers.ValidationError({"team": "Give one of `team`, `user` and `robot`."})
        return values


class PlaceInput(InputSerializer):
    """Where: a project or a repository; without either it is the whole organization."""

    project = StrictCharField(
        required=False, allow_null=True, default=None, help_text="A slug or UUID."
    )
    repository = StrictCharField(
        required=False,
        allow_null=True,
        default=None,
        help_text="`<project>/<name>` or a UUID; beside `project` also the name alone.",
    )


class GrantsInput(WhatInput):
    """Each holder gets the same at each place."""

    holders = HolderInput(many=True, allow_empty=False, max_length=MAX_ITEMS)  # type: ignore[call-arg] # as in robots/accounts/api/shapes.py
    places = PlaceInput(many=True, allow_empty=False, max_length=MAX_ITEMS)  # type: ignore[call-arg] # the same

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        if not {"role", "permissions"} & values.keys():
            raise serializers.ValidationError({"role": ONE_OF})
        if len(values["holders"]) * len(values["places"]) > MOST:
            raise serializers.ValidationError({"places": TOO_MANY})
        return values


class GivenSerializer(serializers.Serializer[Any]):
    """A grant and what became of the wish: `given`, `raised` from a lower level, `held` already."""

    outcome = serializers.ChoiceField([str(it) for it in Outcome])
    grant = GrantSerializer()


class GivenAllSerializer(serializers.Serializer[Any]):
    """What became of each wish, by holders and then by places."""

    results = GivenSerializer(many=True)


class GrantsBulk(InOrganization, generics.CreateAPIView[Any]):
    """Give several holders the same at several places: all of it or nothing."""

    serializer_class = GivenAllSerializer
    input_serializer_class = GrantsInput

    def perform_create(self, serializer: ValidatedBody) -> None:
        request, values = self.request, serializer.validated_data
        what = what_of(request, values)
        holders = [find_holder(request, it) for it in values["holders"]]
        places = [find_place(request, it) for it in values["places"]]
        wishes = [
            (holder, GrantSpec(request.organization, *place, **what))
            for holder in holders
            for place in places
        ]
        given = give_all(actor=request.user, organization=request.organization, wishes=wishes)
        serializer.instance = {"results": [self._shown(it) for it in given]}

    def _shown(self, given: Given) -> dict[str, Any]:
        kind = given.grant.holder.holder_kind
        found = with_holders(kind, type(given.grant).objects.filter(pk=given.grant.pk))
        [grant] = hide_teams(self.request, kind, list(found))
        return {"outcome": given.outcome, "grant": grant}
