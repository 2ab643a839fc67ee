"""Organizations, their projects and repositories."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from rest_framework import serializers

from console.api.operations import Listing, changes, creates, lists, shows
from console.api.resources import Api, InOrganization, Resource
from console.api.shapes import Answer, Flag, Input, SearchFilters, Text
from console.models import Organization, Project, Repository
from console.organizations.queries import find_project, find_repository
from console.organizations.services import (
    change_repository,
    create_project,
    create_repository,
    rename_organization,
    update_project,
)
from console.paging import Order


class OrganizationAnswer(Answer):
    """An organization."""

    slug = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()


class OrganizationChange(Input):
    """What of an organization may change."""

    name = Text()


class ProjectAnswer(Answer):
    """A project; `public` is what its new repositories are."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    public = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class ProjectChange(Input):
    """What of a project may change."""

    name = Text()
    description = Text(allow_blank=True, required=False, default="")
    public = Flag(required=False, default=False)


class ProjectInput(ProjectChange):
    """A new project."""

    slug = Text()
    reuse = Flag(
        required=False, default=False, help_text="Also where a deleted project had this slug."
    )


class RepositoryAnswer(Answer):
    """A repository; `path` is `organization/project/name`."""

    id = serializers.UUIDField(source="uuid")
    project = serializers.CharField(source="project.slug")
    name = serializers.CharField()
    path = serializers.CharField(source="__str__")
    description = serializers.CharField()
    public = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class RepositoryChange(Input):
    """What of a repository may change."""

    description = Text(allow_blank=True, required=False, default="")
    public = Flag(required=False)


class RepositoryInput(RepositoryChange):
    """A new repository. Whether it is public follows its project unless that is said."""

    project = Text(help_text="The project's slug.")
    name = Text()
    reuse = Flag(
        required=False, default=False, help_text="Also where a deleted repository had this path."
    )


class RepositoryFilters(SearchFilters):
    """Which repositories."""

    project = serializers.CharField(required=False, help_text="Of the project of this slug.")
    path = serializers.CharField(required=False, help_text="Exactly `project/name`.")


def at_project(project: Project) -> str:
    """The address of a project."""
    return reverse("robots-api:project", args=[project.organization.slug, project.slug])


def at_repository(repository: Repository) -> str:
    """The address of a repository."""
    slug = repository.project.organization.slug
    return reverse("robots-api:repository", args=[slug, repository.uuid])


class Organizations(Resource):
    """The organizations that the caller belongs to."""

    @lists(OrganizationAnswer, SearchFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        seen = Organization.objects.visible_to(request.user)
        if text := wanted.get("q"):
            seen = seen.filter(slug__icontains=text)
        return Listing(seen, Order("slug", unique=True))


class OrganizationResource(InOrganization):
    """One organization."""

    @shows(OrganizationAnswer)
    def get(self, request: Api) -> Organization:
        return request.organization

    @changes(OrganizationAnswer, OrganizationChange)
    def patch(self, request: Api, values: dict[str, Any]) -> Organization:
        return rename_organization(actor=request.user, organization=request.organization, **values)


class Projects(InOrganization):
    """The projects that the caller may see."""

    @lists(ProjectAnswer, SearchFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        seen = Project.objects.visible_to(request.viewer, request.organization)
        if text := wanted.get("q"):
            seen = seen.filter(slug__icontains=text)
        return Listing(seen, Order("slug"))

    @creates(ProjectAnswer, ProjectInput, at_project)
    def post(self, request: Api, values: dict[str, Any]) -> Project:
        return create_project(actor=request.user, organization=request.organization, **values)


class ProjectResource(InOrganization):
    """One project."""

    @shows(ProjectAnswer)
    def get(self, request: Api, project: str) -> Project:
        return find_project(request, request.organization, project)

    @changes(ProjectAnswer, ProjectChange)
    def patch(self, request: Api, project: str, values: dict[str, Any]) -> Project:
        found = find_project(request, request.organization, project)
        return update_project(actor=request.user, project=found, **values)


class Repositories(InOrganization):
    """The repositories that the caller may view."""

    @lists(RepositoryAnswer, RepositoryFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        seen = Repository.objects.visible_to(request.viewer, request.organization)
        project, _, name = wanted.get("path", "").partition("/")
        text = wanted.get("q", "")
        seen = seen.filter(Q(name__icontains=text) | Q(project__slug__icontains=text))
        exactly = {
            "project__slug": wanted.get("project"),
            **({"project__slug__exact": project, "name": name} if "path" in wanted else {}),
        }
        chosen = seen.filter(**{key: value for key, value in exactly.items() if value is not None})
        return Listing(chosen.select_related("project__organization"), Order("name"))

    @creates(RepositoryAnswer, RepositoryInput, at_repository)
    def post(self, request: Api, values: dict[str, Any]) -> Repository:
        project = find_project(request, request.organization, values.pop("project"))
        own = {"public": project.public} | values
        return create_repository(actor=request.user, project=project, **own)


class RepositoryResource(InOrganization):
    """One repository."""

    @shows(RepositoryAnswer)
    def get(self, request: Api, repository: UUID) -> Repository:
        return find_repository(request, request.organization, repository)

    @changes(RepositoryAnswer, RepositoryChange)
    def patch(self, request: Api, repository: UUID, values: dict[str, Any]) -> Repository:
        found = find_repository(request, request.organization, repository)
        return change_repository(actor=request.user, repository=found, **values)
