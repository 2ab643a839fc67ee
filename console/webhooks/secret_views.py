"""The pages that show a secret of a webhook once: the webhook's first one, and another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.forms import attempt, named, posted
from console.http import Request
from console.models import Webhook
from console.organizations.places import Place
from console.pages.htmx import form_page
from console.permissions.operators import require_to_change_settings
from console.reauthentication import require_fresh_sign_in
from console.webhooks.forms import NewWebhookForm, WebhookSecretForm
from console.webhooks.places import below, frame, of_organization, of_site
from console.webhooks.queries import find_webhook
from console.webhooks.services.secrets import (
    MintedWebhookSecret,
    RepeatedWebhookSecret,
    create_webhook_secret,
)
from console.webhooks.services.webhooks import create_webhook

SHOWN = "console/webhooks/webhook_secret.html"


def webhook_create(request: Request, place: Place) -> HttpResponse:
    """Where it is and what it is told. The POST answers with its secret; a repeated one leads to it."""
    require_to_change_settings(place.viewer, place.organization)
    require_fresh_sign_in(request)
    new = Webhook(organization=place.organization)
    form = NewWebhookForm(posted(request), instance=new, viewer=place.viewer)
    if request.method == "POST":
        try:
            minted = attempt(form, lambda: _create(request, place, form))
        except RepeatedWebhookSecret as repeated:
            return _elsewhere(request, repeated)
        if minted:
            return render(request, SHOWN, _shown(place, minted))
    around = {"breadcrumb": place.crumbs("Create webhook"), "back": place.list_url}
    context = frame(place) | around | {"form": form}
    return form_page(request, "console/webhooks/webhook_form.html", context, invalid=form.is_bound)


def _create(request: Request, place: Place, form: NewWebhookForm) -> MintedWebhookSecret:
    return create_webhook(actor=request.user, organization=place.organization, **named(form))


def webhook_secret_create(request: Request, place: Place, webhook: UUID) -> HttpResponse:
    """When the one before ends. The POST answers with the secret; a repeated one leads to the webhook."""
    found = find_webhook(place.viewer, place.organization, webhook)
    require_fresh_sign_in(request)
    form = WebhookSecretForm(posted(request))
    if request.method == "POST":
        try:
            minted = attempt(form, lambda: _mint(request, found, form))
        except RepeatedWebhookSecret as repeated:
            return _elsewhere(request, repeated)
        if minted:
            return render(request, SHOWN, _shown(place, minted))
    context = below(place, found, "Create secret") | {"form": form}
    template = "console/webhooks/webhook_secret_form.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _mint(request: Request, found: Webhook, form: WebhookSecretForm) -> MintedWebhookSecret:
    return create_webhook_secret(
        actor=request.user,
        webhook=found,
        overlap=form.lasting,
        request_key=form.cleaned_data["request_key"],
    )


def _shown(place: Place, minted: MintedWebhookSecret) -> dict[str, Any]:
    return below(place, minted.webhook, "Secret") | {"secret": minted.plaintext.reveal()}


def _elsewhere(request: Request, repeated: RepeatedWebhookSecret) -> HttpResponse:
    messages.warning(request, str(repeated))
    return redirect(repeated.secret.webhook)


form_of = require_http_methods(["GET", "POST"])
organizations_webhook_create = never_cache(form_of(of_organization(webhook_create)))
organizations_webhook_secret_create = never_cache(form_of(of_organization(webhook_secret_create)))
site_webhook_create = never_cache(form_of(of_site(webhook_create)))
site_webhook_secret_create = never_cache(form_of(of_site(webhook_secret_create)))
