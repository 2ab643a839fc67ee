"""The tags of a repository, and what was pushed and pulled, through the API."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from console.api.filters import SearchFilters, search_field
from console.api.generics import InOrganization
from console.organizations.queries import find_repository
from robots.artifacts.naming import Who, names_of
from robots.artifacts.queries import (
    LAST_PUSHED,
    LAST_USED,
    matching,
    tags_of,
    uses_of_repository,
    uses_of_robot,
)
from robots.models import ArtifactUse, Tag
from robots.models.artifacts import Action
from robots.queries.finding import find_robot


class ActorSerializer(serializers.Serializer[Any]):
    """Somebody; `null` for whom the caller may not know, or nobody knows."""

    kind = serializers.CharField(help_text="`robot`, `user` or `unknown`.")
    id = serializers.UUIDField(source="uuid", allow_null=True)
    name = serializers.CharField(
        allow_null=True, help_text="A login name, or a person's e-mail address."
    )


class NamingListSerializer(serializers.ListSerializer[Any]):
    """Rows with who each names, found for all of them at once."""

    def to_representation(self, data: Any) -> list[Any]:  # noqa: ANN401 - the framework's own signature
        rows, request = list(data), self.context["request"]
        for row, who in zip(
            rows, names_of(request.viewer, request.organization, rows), strict=True
        ):
            row.who = who
        shown: list[Any] = super().to_representation(rows)
        return shown


class TagSerializer(serializers.Serializer[Any]):
    """A tag in one registry, as it was pushed last."""

    class Meta:
        list_serializer_class = NamingListSerializer

    name = serializers.CharField()
    registry = serializers.CharField(source="service.identifier", help_text="The service.")
    digest = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(
        allow_null=True, help_text="Bytes of an image with its layers, where the registry tells."
    )
    pushed_at = serializers.DateTimeField()
    pushed_by = serializers.SerializerMethodField()

    @extend_schema_field(ActorSerializer)
    def get_pushed_by(self, tag: Any) -> dict[str, Any]:  # noqa: ANN401 - a `Tag` with `who`
        return _actor(tag.who)


def _actor(who: Who) -> dict[str, Any]:
    return dict(ActorSerializer(who).data)


class ArtifactUseSerializer(serializers.Serializer[Any]):
    """What one actor did to one thing on one day, in UTC."""

    class Meta:
        list_serializer_class = NamingListSerializer

    repository = serializers.UUIDField(source="repository.uuid")
    path = serializers.CharField(source="repository.__str__")
    registry = serializers.CharField(source="service.identifier", help_text="The service.")
    actor = serializers.SerializerMethodField()
    action = serializers.CharField(help_text="`push`, `pull` or `delete`.")
    reference = serializers.CharField(
        help_text="The tag, else the digest; empty for what was too much on that day to be told apart."
    )
    digest = serializers.CharField(help_text="The last one.")
    day = serializers.DateField()
    count = serializers.IntegerField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()

    @extend_schema_field(ActorSerializer)
    def get_actor(self, use: Any) -> dict[str, Any]:  # noqa: ANN401 - an `ArtifactUse` with `who`
        return _actor(use.who)


class UseFilters(SearchFilters):
    """Which uses."""

    q = search_field("Part of a tag, a digest or a repository's name.")
    action = serializers.ChoiceField(Action.values, required=False)


class RepositoryTags(InOrganization, generics.ListAPIView[Tag]):
    """The tags of a repository, as registries said: the latest push first."""

    serializer_class = TagSerializer
    query_serializer_class = SearchFilters
    ordering = LAST_PUSHED

    def get_queryset(self) -> QuerySet[Tag]:
        found = find_repository(self.request, self.request.organization, self.kwargs["repository"])
        return tags_of(found, self.query.get("q", ""))


class _Uses(InOrganization, generics.ListAPIView[ArtifactUse]):
    serializer_class = ArtifactUseSerializer
    query_serializer_class = UseFilters
    ordering = LAST_USED

    def matching(self, uses: QuerySet[ArtifactUse]) -> QuerySet[ArtifactUse]:
        """Those that the query asks for."""
        return matching(uses, self.query.get("q", ""), self.query.get("action", ""))


class RepositoryActivity(_Uses):
    """Who pushed and pulled what in a repository, as registries said: the latest first."""

    def get_queryset(self) -> QuerySet[ArtifactUse]:
        found = find_repository(self.request, self.request.organization, self.kwargs["repository"])
        uses = uses_of_repository(found).select_related("service__organization")
        return self.matching(uses.select_related("repository__project__organization"))


class RobotActivity(_Uses):
    """What a robot account pushed and pulled where the caller may look, as registries said."""

    def get_queryset(self) -> QuerySet[ArtifactUse]:
        robot = find_robot(self.request, self.request.organization, self.kwargs["robot"])
        return self.matching(uses_of_robot(self.request.viewer, robot))
