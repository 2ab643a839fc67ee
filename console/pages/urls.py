"""Addresses of home, of the theme, and of the API's reference."""

from django.urls import path

from console.pages import reference, views

urlpatterns = [
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("api/docs/", reference.reference, name="api-reference"),
    path("api/docs/<name:collection>/", reference.reference_section, name="api-section"),
]
of_organization = [
    path("api-reference/", reference.reference_here, name="organization-reference"),
    path(
        "api-reference/<name:collection>/",
        reference.reference_section_here,
        name="organization-reference-section",
    ),
]
