"""Every address of the app, put together; the last one of the API is any other address."""

from django.urls import URLPattern, URLResolver, include, path

from console.api.generics import Nowhere
from robots.access import urls as access
from robots.accounts import urls as accounts
from robots.artifacts import urls as artifacts
from robots.creation import urls as creation
from robots.departures import urls as departures
from robots.networks import urls as networks
from robots.overview import urls as overview
from robots.policies import urls as policies
from robots.secrets import urls as secrets
from robots.tokens import urls as tokens
from robots.trusts import urls as trusts
from robots.usage import urls as usage

Addresses = list[URLPattern | URLResolver]

of_robot = [
    *accounts.of_robot,
    *creation.of_robot,
    *access.of_robot,
    *tokens.of_robot,
    *trusts.of_robot,
    *overview.of_robot,
]
of_project = [*overview.of_project, *access.of_project, *policies.of_project]
of_organization: Addresses = [
    *overview.of_organization,
    *policies.of_organization,
    *networks.of_organization,
    *tokens.of_organization,
    *accounts.of_organization,
    *creation.of_organization,
    *access.of_organization,
    *departures.of_organization,
    *artifacts.of_organization,
    path("robots/<uuid:robot>/", include(of_robot)),
    path("projects/<name:project>/", include(of_project)),
]
own: Addresses = [
    *tokens.of_everybody,
    *departures.of_everybody,
    *overview.of_everybody,
    *overview.of_site,
    *secrets.of_site,
    path("o/<slug:organization>/", include(of_organization)),
]

api_of_robot = [
    *accounts.api_of_robot,
    *access.api_of_robot,
    *usage.api_of_robot,
    *artifacts.api_of_robot,
    *tokens.api_of_robot,
    *trusts.api_of_robot,
]
api_of_project = [
    *access.api_of_project,
    *policies.api_of_project,
    *overview.api_of_project,
]
api_of_organization: Addresses = [
    *tokens.api_of_organization,
    *creation.api_of_organization,
    *access.api_of_organization,
    *policies.api_of_organization,
    *networks.api_of_organization,
    *usage.api_of_organization,
    *trusts.api_of_organization,
    *artifacts.api_of_organization,
    *overview.api_of_organization,
    path("robots/<uuid:robot>/", include(api_of_robot)),
    path("projects/<name:project>/", include(api_of_project)),
]
own_api: Addresses = [
    path("me/", include(tokens.api_of_me)),
    path("organizations/<slug:organization>/", include(api_of_organization)),
]

versions: Addresses = [
    path("v1/", include(own_api)),
    path("<rest:rest>", Nowhere.as_view(), name="nowhere"),
]
urlpatterns = [
    path("", include((own, "robots"))),
    path("api/", include((versions, "robots-api"))),
]
