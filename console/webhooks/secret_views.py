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
from console.models import Organization, Webhook
from console.pages.frame import in_organization
from console.pages.htmx import form_page
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from console.reauthentication import require_fresh_sign_in
from console.webhooks.forms import NewWebhookForm, WebhookSecretForm
from console.webhooks.queries import find_webhook
from console.webhooks.services import (
    MintedWebhookSecret,
    RepeatedWebhookSecret,
    create_webhook,
    create_webhook_secret,
)
from console.webhooks.views import frame, of_webhook

SHOWN = "console/webhooks/webhook_secret.html"


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization("settings")
def webhook_create(request: Request, organization: Organization) -> HttpResponse:
    """Where it is and what it is told. The POST answers with its secret; a repeated one leads to it."""
    require(request.viewer, Permission.ORGANIZATION_UPDATE, organization)
    require_fresh_sign_in(request)
    form = NewWebhookForm(posted(request), instance=Webhook(organization=organization))
    if request.method == "POST":
        try:
            minted = attempt(form, lambda: _create(request, organization, form))
        except RepeatedWebhookSecret as repeated:
            return _elsewhere(request, repeated)
        if minted:
            return render(request, SHOWN, _shown(minted))
    context = frame(organization, "Create webhook") | {"form": form}
    return form_page(request, "console/webhooks/webhook_form.html", context, invalid=form.is_bound)


def _create(
    request: Request, organization: Organization, form: NewWebhookForm
) -> MintedWebhookSecret:
    return create_webhook(actor=request.user, organization=organization, **named(form))


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization("settings")
def webhook_secret_create(
    request: Request, organization: Organization, webhook: UUID
) -> HttpResponse:
    """When the one before ends. The POST answers with the secret; a repeated one leads to the webhook."""
    found = find_webhook(request.viewer, organization, webhook)
    require_fresh_sign_in(request)
    form = WebhookSecretForm(posted(request))
    if request.method == "POST":
        try:
            minted = attempt(form, lambda: _mint(request, found, form))
        except RepeatedWebhookSecret as repeated:
            return _elsewhere(request, repeated)
        if minted:
            return render(request, SHOWN, _shown(minted))
    context = of_webhook(found, "Create secret") | {"form": form}
    template = "console/webhooks/webhook_secret_form.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _mint(request: Request, found: Webhook, form: WebhookSecretForm) -> MintedWebhookSecret:
    return create_webhook_secret(
        actor=request.user,
        webhook=found,
        overlap=form.lasting,
        request_key=form.cleaned_data["request_key"],
    )


def _shown(minted: MintedWebhookSecret) -> dict[str, Any]:
    webhook = minted.secret.webhook
    return of_webhook(webhook, "Secret") | {"secret": minted.plaintext.reveal()}


def _elsewhere(request: Request, repeated: RepeatedWebhookSecret) -> HttpResponse:
    messages.warning(request, str(repeated))
    return redirect(repeated.secret.webhook)
