"""Addresses of the audit log."""

from django.urls import path

from console.audit import api, site_views, views

of_organization = [
    path("audit-log/", views.event_list, name="event-list"),
    path("audit-log/export/", views.event_export, name="event-export"),
    path("audit-log/<uuid:event>/", views.event, name="event"),
]
of_site = [
    path("site/audit-log/", site_views.site_event_list, name="site-event-list"),
    path("site/audit-log/<uuid:event>/", site_views.site_event, name="site-event"),
]
api_of_organization = [
    path("events/", api.Events.as_view(), name="events"),
    path("events/<uuid:event>/", api.EventResource.as_view(), name="event"),
]
