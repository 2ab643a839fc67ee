"""Addresses of trusts, below the robot that logs in by them."""

from django.urls import URLPattern, URLResolver, include, path

from robots.trusts.api import trusts as api
from robots.trusts.views import listing, rules, trials, trusts

of_trust = [
    path("", trusts.trust, name="trust"),
    path("rule/", rules.trust_edit, name="trust-edit"),
    path("trial/", trials.trust_trial, name="trust-trial"),
    path("suspension/", trusts.trust_disable, name="trust-disable"),
    path("resumption/", trusts.trust_enable, name="trust-enable"),
    path("deletion/", trusts.trust_delete, name="trust-delete"),
]
of_robot: list[URLPattern | URLResolver] = [
    path("trusts/", listing.trust_list, name="trust-list"),
    path("trusts/trial/", trials.trusts_trial, name="trusts-trial"),
    path("trusts/new/", rules.trust_presets, name="trust-presets"),
    path("trusts/new/<slug:preset>/", rules.trust_create, name="trust-create"),
    path("trusts/<uuid:trust>/", include(of_trust)),
]
api_of_robot = [
    path("trusts/", api.Trusts.as_view(), name="trusts"),
    path("trusts/<uuid:trust>/", api.TrustResource.as_view(), name="trust"),
    path("trusts/<uuid:trust>/trial/", api.TrustTrial.as_view(), name="trust-trial"),
]
api_of_organization = [
    path("trusts/", api.OrganizationTrusts.as_view(), name="organization-trusts"),
]
