"""Addresses of notices."""

from django.urls import path

from console.notices import api, views

of_everybody = [
    path("notices/", views.notice_list, name="notice-list"),
    path("notices/reading/", views.notices_read, name="notices-read"),
    path("notices/settings/", views.own_notice_settings, name="own-notice-settings"),
    path("notices/<uuid:notice>/reading/", views.notice_read, name="notice-read"),
]
of_organization = [
    path("settings/notices/", views.notice_settings, name="notice-settings"),
]
api_of_everybody = [
    path("notices/", api.Notices.as_view(), name="notices"),
    path("notices/read/", api.NoticesReading.as_view(), name="notices-read"),
    path("notices/<uuid:notice>/read/", api.NoticeReading.as_view(), name="notice-read"),
]
