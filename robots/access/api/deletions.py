"""Projects and repositories: their end needs to know robots."""

from uuid import UUID

from console.api.operations import ends_with_much
from console.api.resources import Api
from console.organizations.api import ProjectResource, RepositoryResource
from console.organizations.queries import find_project, find_repository
from robots.access.services.deletions import delete_project, delete_repository


class Project(ProjectResource):
    """One project. Its end takes its repositories, grants, roles, robots and their tokens."""

    @ends_with_much
    def delete(self, request: Api, project: str) -> None:
        found = find_project(request, request.organization, project)
        delete_project(actor=request.user, project=found)


class Repository(RepositoryResource):
    """One repository. Its end takes its grants; what is in the registry stays there."""

    @ends_with_much
    def delete(self, request: Api, repository: UUID) -> None:
        found = find_repository(request, request.organization, repository)
        delete_repository(actor=request.user, repository=found)
