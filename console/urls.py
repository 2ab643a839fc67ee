"""Every address. Pages of an organization stand under `/o/<organization>/`."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from console.api import views as api
from console.audit import urls as audit
from console.health import urls as health
from console.help import urls as help_
from console.notices import urls as notices
from console.organizations import urls as organizations
from console.pages import urls as pages
from console.scanning import urls as scanning
from console.services import urls as services
from console.webhooks import urls as webhooks

handler400 = "console.errors.bad_request"
handler403 = "teams.errors.permission_denied"
handler404 = "console.errors.not_found"
handler429 = "console.errors.too_many"
handler500 = "console.errors.server_error"

api_of_organization = [
    *organizations.api_of_organization,
    *audit.api_of_organization,
    *services.api_of_organization,
    *webhooks.api_of_organization,
]
own_api: list[URLPattern | URLResolver] = [
    path("v1/schema/", api.schema, name="schema"),
    path("v1/", include([*services.api_of_site, *webhooks.api_of_site])),
    path("v1/", include(notices.api_of_everybody)),
    path("v1/organizations/<slug:organization>/", include(api_of_organization)),
]
of_organization = [
    *pages.of_organization,
    *help_.of_organization,
    *organizations.of_organization,
    *audit.of_organization,
    *services.of_organization,
    *webhooks.of_organization,
    *notices.of_organization,
]
own: list[URLPattern | URLResolver] = [
    *pages.urlpatterns,
    *help_.urlpatterns,
    *services.of_site,
    *webhooks.of_site,
    *scanning.of_site,
    *health.of_site,
    *audit.of_site,
    *notices.of_everybody,
    path("o/<slug:organization>/", include(of_organization)),
]

urlpatterns = [
    path("", include((own, "console"))),
    path("api/", include((own_api, "console-api"))),
    # The apps above are named, not imported; the last address of the API is any other one.
    path("", include("teams.urls")),
    path("", include("robots.urls")),
    path("django-admin/", admin.site.urls),
]
