"""Organizations, their projects and repositories."""

from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import generics, serializers

from console.api.filters import SearchFilters
from console.api.generics import InOrganization, Resource, ValidatedBody
from console.api.serializers import InputSerializer, StrictBooleanField, StrictCharField
from console.models import Organization, Project, Repository
from console.organizations.filters import project_field
from console.organizations.queries import (
    find_project,
    find_repository,
    projects_matching,
    repositories_matching,
)
from console.organizations.services import (
    change_repository,
    create_project,
    create_repository,
    rename_organization,
    update_project,
)
from console.paging import Order


class OrganizationSerializer(serializers.Serializer[Any]):
    """An organization."""

    slug = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()


class OrganizationChange(InputSerializer):
    """What of an organization may change."""

    name = StrictCharField()


class ProjectSerializer(serializers.Serializer[Any]):
    """A project; `public` is what its new repositories are."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    public = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class ProjectChange(InputSerializer):
    """What of a project may change."""

    name = StrictCharField()
    description = StrictCharField(allow_blank=True, required=False, default="")
    public = StrictBooleanField(required=False, default=False)


class ProjectInput(ProjectChange):
    """A new project."""

    slug = StrictCharField()
    reuse = StrictBooleanField(
        required=False, default=False, help_text="Also where a deleted project had this slug."
    )


class RepositorySerializer(serializers.Serializer[Any]):
    """A repository; `path` is `organization/project/name`."""

    id = serializers.UUIDField(source="uuid")
    project = serializers.CharField(source="project.slug")
    name = serializers.CharField()
    path = serializers.CharField(source="__str__")
    description = serializers.CharField()
    public = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class RepositoryChange(InputSerializer):
    """What of a repository may change."""

    description = StrictCharField(allow_blank=True, required=False, default="")
    public = StrictBooleanField(required=False)


class RepositoryInput(RepositoryChange):
    """A new repository. Whether it is public follows its project unless that is said."""

    project = StrictCharField(help_text="The project's slug.")
    name = StrictCharField()
    reuse = StrictBooleanField(
        required=False, default=False, help_text="Also where a deleted repository had this path."
    )


class RepositoryFilters(SearchFilters):
    """Which repositories."""

    lookups = {"project": "project__slug"}

    project = project_field()
    path = serializers.CharField(required=False, help_text="Exactly `project/name`.")


class Organizations(Resource, generics.ListAPIView[Organization]):
    """The organizations that the caller belongs to."""

    serializer_class = OrganizationSerializer
    query_serializer_class = SearchFilters
    ordering = Order("slug", unique=True)

    def get_queryset(self) -> QuerySet[Organization]:
        seen, text = Organization.objects.visible_to(self.request.user), self.query.get("q", "")
        return seen.filter(Q(slug__has_text=text) | Q(name__has_text=text)) if text else seen


class OrganizationResource(InOrganization, generics.RetrieveUpdateAPIView[Organization]):
    """One organization."""

    serializer_class = OrganizationSerializer
    input_serializer_class = OrganizationChange

    def get_object(self) -> Organization:
        return self.request.organization

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = rename_organization(
            actor=self.request.user, organization=serializer.instance, **serializer.validated_data
        )


class Projects(InOrganization, generics.ListCreateAPIView[Project]):
    """The projects that the caller may see."""

    serializer_class = ProjectSerializer
    input_serializer_class = ProjectInput
    query_serializer_class = SearchFilters
    ordering = Order("slug")
    location_name = "robots-api:project"
    location_field = "slug"

    def get_queryset(self) -> QuerySet[Project]:
        seen = Project.objects.visible_to(self.request.viewer, self.request.organization)
        return projects_matching(seen, self.query.get("q", ""))

    def perform_create(self, serializer: ValidatedBody) -> None:
        serializer.instance = create_project(
            actor=self.request.user,
            organization=self.request.organization,
            **serializer.validated_data,
        )


class ProjectResource(InOrganization, generics.RetrieveUpdateAPIView[Project]):
    """One project."""

    serializer_class = ProjectSerializer
    input_serializer_class = ProjectChange

    def get_object(self) -> Project:
        return find_project(self.request, self.request.organization, self.kwargs["project"])

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = update_project(
            actor=self.request.user, project=serializer.instance, **serializer.validated_data
        )


class Repositories(InOrganization, generics.ListCreateAPIView[Repository]):
    """The repositories that the caller may view."""

    serializer_class = RepositorySerializer
    input_serializer_class = RepositoryInput
    query_serializer_class = RepositoryFilters
    location_name = "robots-api:repository"

    def get_queryset(self) -> QuerySet[Repository]:
        seen = Repository.objects.visible_to(self.request.viewer, self.request.organization)
        found = repositories_matching(seen, self.query.get("q", ""))
        if "path" in self.query:
            project, _, name = self.query["path"].partition("/")
            found = found.filter(project__slug=project, name=name)
        return found.select_related("project__organization")

    def perform_create(self, serializer: ValidatedBody) -> None:
        values = serializer.validated_data
        project = find_project(self.request, self.request.organization, values.pop("project"))
        serializer.instance = create_repository(
            actor=self.request.user, project=project, **{"public": project.public} | values
        )


class RepositoryResource(InOrganization, generics.RetrieveUpdateAPIView[Repository]):
    """One repository."""

    serializer_class = RepositorySerializer
    input_serializer_class = RepositoryChange

    def get_object(self) -> Repository:
        return find_repository(self.request, self.request.organization, self.kwargs["repository"])

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = change_repository(
            actor=self.request.user, repository=serializer.instance, **serializer.validated_data
        )
