"""Every address. Pages of an organization stand under `/o/<organization>/`."""

from django.contrib import admin
from django.urls import include, path, register_converter

from console.api import pages as api
from console.converters import NameConverter, RestConverter
from console.views import events, organizations, pages, projects, repositories

register_converter(NameConverter, "name")
register_converter(RestConverter, "rest")

handler400 = "console.errors.bad_request"
handler403 = "teams.errors.permission_denied"
handler404 = "console.errors.not_found"
handler429 = "console.errors.too_many"
handler500 = "console.errors.server_error"

console = [
    path("", pages.home, name="home"),
    path("help/", pages.help_page, name="help"),
    path("theme/", pages.theme, name="theme"),
    path("api/docs/", api.reference, name="api-reference"),
    path("api/docs/<name:collection>/", api.reference_section, name="api-section"),
]
organization = [
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
    path("audit-log/", events.event_list, name="event-list"),
    path("audit-log/export/", events.event_export, name="event-export"),
    path("audit-log/<uuid:event>/", events.event, name="event"),
    path("settings/", organizations.organization_settings, name="organization-settings"),
]

urlpatterns = [
    path(
        "", include(([*console, path("o/<slug:organization>/", include(organization))], "console"))
    ),
    # The apps above are named, not imported.
    path("", include("teams.urls")),
    path("", include("robots.urls")),
    path("django-admin/", admin.site.urls),
    path("api/", include(("console.api.urls", "console-api"))),
    path("api/v1/", include(("teams.api.urls", "teams-api"))),
    path("api/v1/", include(("robots.api.urls", "robots-api"))),
]
