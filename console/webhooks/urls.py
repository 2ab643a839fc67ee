"""Addresses of webhooks: an organization's, and those of the site."""

from django.urls import path

from console.webhooks import api, secret_views, views

of_organization = [
    path("settings/webhooks/", views.organizations_webhook_list, name="webhook-list"),
    path(
        "settings/webhooks/new/", secret_views.organizations_webhook_create, name="webhook-create"
    ),
    path("settings/webhooks/<uuid:webhook>/", views.organizations_webhook, name="webhook"),
    path(
        "settings/webhooks/<uuid:webhook>/deletion/",
        views.organizations_webhook_delete,
        name="webhook-delete",
    ),
    path(
        "settings/webhooks/<uuid:webhook>/tests/",
        views.organizations_webhook_test,
        name="webhook-test",
    ),
    path(
        "settings/webhooks/<uuid:webhook>/secrets/new/",
        secret_views.organizations_webhook_secret_create,
        name="webhook-secret-create",
    ),
    path(
        "settings/webhooks/<uuid:webhook>/deliveries/<uuid:delivery>/",
        views.organizations_webhook_delivery,
        name="webhook-delivery",
    ),
    path(
        "settings/webhooks/<uuid:webhook>/deliveries/<uuid:delivery>/repetition/",
        views.organizations_webhook_delivery_repeat,
        name="webhook-delivery-repeat",
    ),
]
of_site = [
    path("site/webhooks/", views.site_webhook_list, name="site-webhook-list"),
    path("site/webhooks/new/", secret_views.site_webhook_create, name="site-webhook-create"),
    path("site/webhooks/<uuid:site_webhook>/", views.site_webhook, name="site-webhook"),
    path(
        "site/webhooks/<uuid:site_webhook>/deletion/",
        views.site_webhook_delete,
        name="site-webhook-delete",
    ),
    path(
        "site/webhooks/<uuid:site_webhook>/tests/",
        views.site_webhook_test,
        name="site-webhook-test",
    ),
    path(
        "site/webhooks/<uuid:site_webhook>/secrets/new/",
        secret_views.site_webhook_secret_create,
        name="site-webhook-secret-create",
    ),
    path(
        "site/webhooks/<uuid:site_webhook>/deliveries/<uuid:site_delivery>/",
        views.site_webhook_delivery,
        name="site-webhook-delivery",
    ),
    path(
        "site/webhooks/<uuid:site_webhook>/deliveries/<uuid:site_delivery>/repetition/",
        views.site_webhook_delivery_repeat,
        name="site-webhook-delivery-repeat",
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
api_of_site = [
    path("webhooks/", api.SiteWebhooks.as_view(), name="site-webhooks"),
    path("webhooks/<uuid:site_webhook>/", api.SiteWebhookResource.as_view(), name="site-webhook"),
    path(
        "webhooks/<uuid:site_webhook>/secrets/",
        api.SiteWebhookSecrets.as_view(),
        name="site-webhook-secrets",
    ),
    path(
        "webhooks/<uuid:site_webhook>/tests/",
        api.SiteWebhookTests.as_view(),
        name="site-webhook-tests",
    ),
    path(
        "webhooks/<uuid:site_webhook>/deliveries/",
        api.SiteWebhookDeliveries.as_view(),
        name="site-webhook-deliveries",
    ),
    path(
        "webhooks/<uuid:site_webhook>/deliveries/<uuid:site_delivery>/",
        api.SiteWebhookDeliveryResource.as_view(),
        name="site-webhook-delivery",
    ),
    path(
        "webhooks/<uuid:site_webhook>/deliveries/<uuid:site_delivery>/repetition/",
        api.SiteWebhookDeliveryRepetition.as_view(),
        name="site-webhook-delivery-repetition",
    ),
]
