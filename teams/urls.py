"""Addresses about people."""

from django.urls import URLPattern, URLResolver, include, path

from teams.invitations import urls as invitations
from teams.members import urls as members
from teams.sign_in import urls as sign_in
from teams.sign_in_rules import urls as sign_in_rules
from teams.teams import urls as teams
from teams.transfers import urls as transfers
from teams.users import urls as users

of_organization = [
    *invitations.of_organization,
    *members.of_organization,
    *sign_in_rules.of_organization,
    *teams.of_organization,
    *transfers.of_organization,
]
api_of_organization = [
    *invitations.api_of_organization,
    *members.api_of_organization,
    *sign_in_rules.api_of_organization,
    *transfers.api_of_organization,
]
own: list[URLPattern | URLResolver] = [
    *users.of_everybody,
    *sign_in.of_everybody,
    *users.of_site,
    path("o/<slug:organization>/", include(of_organization)),
]
own_api: list[URLPattern | URLResolver] = [
    *users.api_of_everybody,
    path("organizations/<slug:organization>/", include(api_of_organization)),
]

urlpatterns = [
    path("", include((own, "teams"))),
    path("api/v1/", include((own_api, "teams-api"))),
    *sign_in.urlpatterns,
]
