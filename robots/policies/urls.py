"""Addresses of token policies."""

from django.urls import path

from robots.policies import api, views

of_organization = [
    path("settings/policy/", views.policy, name="policy"),
    path("settings/policy/change/", views.policy_change, name="policy-change"),
]
of_project = [
    path("settings/policy/", views.project_policy, name="project-policy"),
    path("settings/policy/change/", views.project_policy_change, name="project-policy-change"),
]
api_of_organization = [
    path("policy/", api.PolicyResource.as_view(), name="policy"),
    path("policy/preview/", api.PolicyPreview.as_view(), name="policy-preview"),
]
api_of_project = [
    path("policy/", api.ProjectPolicyResource.as_view(), name="project-policy"),
    path("policy/preview/", api.ProjectPolicyPreview.as_view(), name="project-policy-preview"),
]
