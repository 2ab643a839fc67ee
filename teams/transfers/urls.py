"""Addresses of handing an organization over."""

from django.urls import path

from teams.transfers import api, views

of_organization = [
    path("settings/transfer/", views.organization_transfer, name="organization-transfer"),
]
api_of_organization = [
    path("transfer/", api.OrganizationTransfer.as_view(), name="organization-transfer"),
]
