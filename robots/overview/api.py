"""What an overview points out, and what is said about it, through the API."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404
from rest_framework import generics, serializers
from rest_framework.response import Response

from console.api.generics import InOrganization, ValidatedBody
from console.api.serializers import InputSerializer, StrictCharField
from console.organizations.queries import find_project
from console.paging import COUNT_LIMIT
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.models import NeedAnswer
from robots.overview.answers import NeedsOf
from robots.overview.figures import Figure, figures_of
from robots.overview.services import SEEN_WITH, answer_need, needed_to_answer, reopen_need


class NeedAnswerSerializer(serializers.Serializer[Any]):
    """What was said about a need, by whom."""

    kind = serializers.ChoiceField(NeedAnswer.Kind.values)
    reason = serializers.CharField(help_text="Never empty where it is muted.")
    given_to = serializers.CharField(help_text="A member's e-mail address; empty unless given.")
    answered_by = serializers.CharField()
    answered_at = serializers.DateTimeField()
    until = serializers.DateTimeField(
        allow_null=True, help_text="Unless something new comes before; `null`: while it is muted."
    )


class NeedSerializer(serializers.Serializer[Any]):
    """Something that needs a look: how much of it there is, and what was said about it."""

    need = serializers.CharField(source="key", help_text="What its address calls it.")
    label = serializers.CharField()  # type: ignore[assignment] # the field's name, not its title
    note = serializers.CharField(help_text="What is counted.")
    count = serializers.SerializerMethodField(help_text=f"`null` beyond {COUNT_LIMIT:,}.")
    url = serializers.SerializerMethodField(help_text="Where the console lists it.")
    answer = NeedAnswerSerializer(
        allow_null=True, help_text="`null` where nothing was said, or something new has come since."
    )

    def get_count(self, figure: Figure) -> int | None:
        return figure.number if figure.number <= COUNT_LIMIT else None

    def get_url(self, figure: Figure) -> str:
        return f"{settings.ROSTER_ORIGIN}{figure.url}"


class NeedsSerializer(serializers.Serializer[Any]):
    """All that an overview points out, what is muted included."""

    results = NeedSerializer(many=True)


class NeedAnswerInput(InputSerializer):
    """What to say about a need; it takes the place of what was said before."""

    kind = serializers.ChoiceField(NeedAnswer.Kind.values)
    reason = StrictCharField(
        required=False, allow_blank=True, default="", help_text="Needed to mute."
    )
    given_to = StrictCharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="The e-mail address of the member who sees to it, and is told once a day at most;"
        " needed to give.",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """What would be ignored is refused."""
        if values["given_to"] and values["kind"] != NeedAnswer.Kind.GIVEN:
            raise serializers.ValidationError({"given_to": "This goes with `given` alone."})
        return values


class _AboutNeeds(InOrganization):
    """An address about the needs of an organization."""

    def needs(self) -> NeedsOf:
        """Whose needs the address is about."""
        return NeedsOf(self.request.organization)


class _AboutNeedsOfProject(_AboutNeeds):
    """An address about those of a project's own robot accounts."""

    def needs(self) -> NeedsOf:
        organization = self.request.organization
        found = find_project(self.request, organization, self.kwargs["project"])
        return NeedsOf(organization, found)


class Needs(_AboutNeeds, generics.RetrieveAPIView[Any]):
    """What the organization's overview points out, with what was said about it."""

    serializer_class = NeedsSerializer

    def get_object(self) -> dict[str, list[Figure]]:
        needs, viewer = self.needs(), self.request.viewer
        for needed in SEEN_WITH:
            require(viewer, needed, needs.place)
        sees_events = allows(viewer, Permission.EVENT_READ, needs.place)
        return {"results": figures_of(needs, sees_events=sees_events)}


class NeedAnswers(_AboutNeeds, generics.CreateAPIView[NeedAnswer]):
    """Say of a need that it is known, that somebody sees to it, or why it is not to be pointed out."""

    serializer_class = NeedAnswerSerializer
    input_serializer_class = NeedAnswerInput

    def delete(self, *args: Any, **kwargs: Any) -> Response:
        """Take back what was said about a need; where nothing was, nothing changes."""
        reopen_need(actor=self.request.user, needs=self._known_needs(), need=self.kwargs["need"])
        return Response(status=HTTPStatus.NO_CONTENT)

    def perform_create(self, serializer: ValidatedBody) -> None:
        serializer.instance = answer_need(
            actor=self.request.user,
            needs=self._known_needs(),
            need=self.kwargs["need"],
            **serializer.validated_data,
        )

    def _known_needs(self) -> NeedsOf:
        """Whose they are, if there is such a need and the caller may say something about it."""
        needs, need = self.needs(), self.kwargs["need"]
        if need not in needs.names:
            raise Http404
        for needed in needed_to_answer(need):
            require(self.request.viewer, needed, needs.place)
        return needs


class ProjectNeeds(_AboutNeedsOfProject, Needs):
    """What a project's overview points out of its own robot accounts."""


class ProjectNeedAnswers(_AboutNeedsOfProject, NeedAnswers):
    """Say the same of a need of a project."""
