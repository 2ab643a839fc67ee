"""Addresses of services: an organization's, and those of the site."""

from django.urls import path

from console.services import api, secret_views, views

of_organization = [
    path("settings/services/", views.organizations_service_list, name="service-list"),
    path(
        "settings/services/new/<slug:kind>/",
        views.organizations_service_create,
        name="service-create",
    ),
    path("settings/services/<uuid:service>/", views.organizations_service, name="service"),
    path(
        "settings/services/<uuid:service>/secrets/new/",
        secret_views.organizations_service_secret_create,
        name="service-secret-create",
    ),
    path(
        "settings/services/<uuid:service>/deletion/",
        views.organizations_service_delete,
        name="service-delete",
    ),
]
of_site = [
    path("services/", views.site_service_list, name="site-service-list"),
    path("services/new/<slug:kind>/", views.site_service_create, name="site-service-create"),
    path("services/<uuid:site_service>/", views.site_service, name="site-service"),
    path(
        "services/<uuid:site_service>/secrets/new/",
        secret_views.site_service_secret_create,
        name="site-service-secret-create",
    ),
    path(
        "services/<uuid:site_service>/deletion/",
        views.site_service_delete,
        name="site-service-delete",
    ),
]
api_of_organization = [
    path("services/", api.Services.as_view(), name="services"),
    path("services/<uuid:service>/", api.ServiceResource.as_view(), name="service"),
    path(
        "services/<uuid:service>/secrets/",
        api.ServiceSecrets.as_view(),
        name="service-secrets",
    ),
]
api_of_site = [
    path("services/", api.SiteServices.as_view(), name="site-services"),
    path("services/<uuid:site_service>/", api.SiteServiceResource.as_view(), name="site-service"),
    path(
        "services/<uuid:site_service>/secrets/",
        api.SiteServiceSecrets.as_view(),
        name="site-service-secrets",
    ),
]
