"""Addresses of scanning partners, which belong to the whole site."""

from django.urls import path

from console.scanning import views

of_site = [
    path("scanning-partners/", views.partner_list, name="partner-list"),
    path("scanning-partners/new/", views.partner_create, name="partner-create"),
    path("scanning-partners/<uuid:partner>/", views.partner, name="partner"),
    path("scanning-partners/<uuid:partner>/deletion/", views.partner_delete, name="partner-delete"),
    path(
        "scanning-partners/<uuid:partner>/keys/new/",
        views.partner_key_create,
        name="partner-key-create",
    ),
    path(
        "scanning-partners/<uuid:partner>/keys/<uuid:key>/deletion/",
        views.partner_key_delete,
        name="partner-key-delete",
    ),
]
