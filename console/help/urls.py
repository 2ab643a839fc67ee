"""Addresses of Help and of the guides below it."""

from django.urls import path

from console.help import views

urlpatterns = [
    path("help/", views.help_page, name="help"),
    path("help/<path:guide>", views.guide, name="guide"),
]
of_organization = [
    path("help/", views.organization_help, name="organization-help"),
    path("help/<path:guide>", views.guide_here, name="organization-guide"),
]
