"""Finding projects and repositories through the eyes of the viewer."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from console.http import Visit
from console.models import Organization, Project, Repository


def find_project(request: Visit, organization: Organization, slug: str) -> Project:
    """The project of that slug, if the actor may see it."""
    projects = Project.objects.visible_to(request.viewer, organization)
    return get_object_or_404(projects.select_related("organization"), slug=slug)


def find_repository(request: Visit, organization: Organization, repository: UUID) -> Repository:
    """The repository of that UUID, if the actor may see it."""
    seen = Repository.objects.visible_to(request.viewer, organization)
    return get_object_or_404(seen.select_related("project__organization"), uuid=repository)
