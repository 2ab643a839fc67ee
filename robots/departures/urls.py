"""Addresses of what people leave behind, and of how they leave."""

from django.urls import path

from robots.departures.views import accounts, departures

of_organization = [
    path("users/left/", departures.departure_list, name="departure-list"),
    path("users/left/<uuid:person>/", departures.departure, name="departure"),
    path(
        "users/left/<uuid:person>/rotation/",
        departures.departure_rotate,
        name="departure-rotate",
    ),
]
of_everybody = [
    path("account/organizations/", accounts.my_organizations, name="my-organizations"),
    path("account/deletion/", accounts.account_delete, name="account-delete"),
]
