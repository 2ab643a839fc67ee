"""Addresses of an organization's sign-in rules."""

from django.urls import path

from teams.sign_in_rules import api, views

of_organization = [
    path("settings/sign-in/", views.sign_in_rules, name="sign-in-rules"),
    path("settings/sign-in/change/", views.sign_in_rules_change, name="sign-in-rules-change"),
    path("settings/sign-in/reminder/", views.sign_in_rules_remind, name="sign-in-rules-remind"),
]
api_of_organization = [
    path("sign-in-rules/", api.SignInRulesResource.as_view(), name="sign-in-rules"),
    path("sign-in-rules/preview/", api.SignInRulesPreview.as_view(), name="sign-in-rules-preview"),
]
