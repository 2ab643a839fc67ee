"""Addresses of the audit log."""

from django.urls import path

from console.audit import api, views

of_organization = [
    path("audit-log/", views.event_list, name="event-list"),
    path("audit-log/export/", views.event_export, name="event-export"),
    path("audit-log/<uuid:event>/", views.event, name="event"),
]
api_of_organization = [
    path("events/", api.Events.as_view(), name="events"),
    path("events/<uuid:event>/", api.EventResource.as_view(), name="event"),
]
