"""Projects and repositories: their end needs to know robots."""

from rest_framework import generics

from console import models
from console.api.generics import ReauthenticatedDestroyMixin
from console.organizations.api import ProjectResource, RepositoryResource
from robots.access.services.deletions import delete_project, delete_repository


class Project(
    ProjectResource, ReauthenticatedDestroyMixin, generics.DestroyAPIView[models.Project]
):
    """One project. Its end takes its repositories, grants, roles, robots and their tokens."""

    def perform_destroy(self, instance: models.Project) -> None:
        delete_project(actor=self.request.user, project=instance)


class Repository(
    RepositoryResource, ReauthenticatedDestroyMixin, generics.DestroyAPIView[models.Repository]
):
    """One repository. Its end takes its grants; what is in the registry stays there."""

    def perform_destroy(self, instance: models.Repository) -> None:
        delete_repository(actor=self.request.user, repository=instance)
