"""Addresses of notices."""

from django.urls import path

from console.notices import views

of_everybody = [
    path("notices/", views.notice_list, name="notice-list"),
    path("notices/reading/", views.notices_read, name="notices-read"),
    path("notices/settings/", views.own_notice_settings, name="own-notice-settings"),
    path("notices/<uuid:notice>/reading/", views.notice_read, name="notice-read"),
]
of_organization = [
    path("settings/notices/", views.notice_settings, name="notice-settings"),
]
