"""Addresses of the API that need nothing above console."""

from django.urls import include, path

from console.api import events, organizations, pages

of_organization = [
    path("", organizations.OrganizationResource.as_view(), name="organization"),
    path("projects/", organizations.Projects.as_view(), name="projects"),
    path("repositories/", organizations.Repositories.as_view(), name="repositories"),
    path("events/", events.Events.as_view(), name="events"),
    path("events/<uuid:event>/", events.EventResource.as_view(), name="event"),
]
urlpatterns = [
    path("v1/schema/", pages.schema, name="schema"),
    path("v1/organizations/<slug:organization>/", include(of_organization)),
]
