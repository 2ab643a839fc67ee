"""Addresses of webhooks."""

from django.urls import path

from console.webhooks import api, secret_views, views

of_organization = [
    path("settings/webhooks/", views.webhook_list, name="webhook-list"),
    path("settings/webhooks/new/", secret_views.webhook_create, name="webhook-create"),
    path("settings/webhooks/<uuid:webhook>/", views.webhook, name="webhook"),
    path("settings/webhooks/<uuid:webhook>/deletion/", views.webhook_delete, name="webhook-delete"),
    path("settings/webhooks/<uuid:webhook>/tests/", views.webhook_test, name="webhook-test"),
    path(
        "settings/webhooks/<uuid:webhook>/secrets/new/",
        secret_views.webhook_secret_create,
        name="webhook-secret-create",
    ),
    path(
        "settings/webhooks/<uuid:webhook>/deliveries/<uuid:delivery>/",
        views.webhook_delivery,
        name="webhook-delivery",
    ),
    path(
        "settings/webhooks/<uuid:webhook>/deliveries/<uuid:delivery>/repetition/",
        views.webhook_delivery_repeat,
        name="webhook-delivery-repeat",
    ),
]
api_of_organization = [
    path("webhooks/", api.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<uuid:webhook>/", api.WebhookResource.as_view(), name="webhook"),
    path("webhooks/<uuid:webhook>/secrets/", api.WebhookSecrets.as_view(), name="webhook-secrets"),
    path("webhooks/<uuid:webhook>/tests/", api.WebhookTests.as_view(), name="webhook-tests"),
    path(
        "webhooks/<uuid:webhook>/deliveries/",
        api.WebhookDeliveries.as_view(),
        name="webhook-deliveries",
    ),
    path(
        "webhooks/<uuid:webhook>/deliveries/<uuid:delivery>/",
        api.WebhookDeliveryResource.as_view(),
        name="webhook-delivery",
    ),
    path(
        "webhooks/<uuid:webhook>/deliveries/<uuid:delivery>/repetition/",
        api.WebhookDeliveryRepetition.as_view(),
        name="webhook-delivery-repetition",
    ),
]
