"""Addresses of an organization's projects, repositories and settings."""

from django.urls import path

from console.organizations import api
from console.organizations.views import organizations, projects, repositories

of_organization = [
    path("projects/", projects.project_list, name="project-list"),
    path("projects/new/", projects.project_create, name="project-create"),
    path("projects/<name:project>/", projects.project, name="project"),
    path(
        "projects/<name:project>/repositories/new/",
        repositories.repository_create,
        name="repository-create",
    ),
    path("repositories/", repositories.repository_list, name="repository-list"),
    path("repositories/<uuid:repository>/", repositories.repository, name="repository"),
    path("settings/", organizations.organization_settings, name="organization-settings"),
]
api_of_organization = [
    path("", api.OrganizationResource.as_view(), name="organization"),
    path("projects/", api.Projects.as_view(), name="projects"),
    path("repositories/", api.Repositories.as_view(), name="repositories"),
]
