"""Addresses of an organization's first page, and of what needs attention."""

from django.urls import path

from robots.overview.views import attention, overview

of_organization = [
    path("", overview.overview, name="overview"),
    path("attention/<name:need>/", attention.need, name="need"),
]
