"""The pages of webhooks: list, one with what was sent to it, its settings, its end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.forms import attempt, named, posted
from console.http import Request
from console.models import Organization, Webhook
from console.organizations.views.organizations import settings_tabs
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done, form_page
from console.pages.reading import read
from console.paging import Order, page_of
from console.webhooks.forms import WebhookForm
from console.webhooks.queries import deliveries_of, find_delivery, find_webhook, webhooks_for
from console.webhooks.services import delete_webhook, send_again, send_test, update_webhook

NEWEST_FIRST = Order("id", descending=True)
ON_ITS_WAY = "On its way. What comes of it stands here within seconds."


def frame(organization: Organization, *items: tuple[str, str] | str) -> dict[str, Any]:
    """What is around a page of webhooks, and the way to it."""
    settings = reverse("console:organization-settings", args=[organization.slug])
    listed = reverse("console:webhook-list", args=[organization.slug])
    way = [("Settings", settings), ("Webhooks", listed if items else ""), *items]
    return {"breadcrumb": crumbs(organization, *way), "back": listed}


def of_webhook(webhook: Webhook, *items: tuple[str, str] | str) -> dict[str, Any]:
    """The same below one of them."""
    url = webhook.get_absolute_url()
    found = frame(webhook.organization, (webhook.name, url if items else ""), *items)
    return found | {"webhook": webhook, "back": url}


@require_GET
@in_organization("settings")
def webhook_list(request: Request, organization: Organization) -> HttpResponse:
    """Who is told of the organization's notices."""
    found = webhooks_for(request.viewer, organization)
    page = page_of(found, Order("id"), read(request), ("webhook", "webhooks"))
    context = frame(organization) | {
        "page": page,
        "tabs": settings_tabs(request.viewer, organization, "webhooks"),
        "create_url": reverse("console:webhook-create", args=[organization.slug]),
    }
    return render(request, "console/webhooks/webhook_list.html", context)


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def webhook(request: Request, organization: Organization, webhook: UUID) -> HttpResponse:
    """What was sent to it, its secrets and settings."""
    found = find_webhook(request.viewer, organization, webhook)
    # The form gets a copy, so that a refused value does not stand in the page's head.
    form = WebhookForm(posted(request), instance=Webhook.objects.get(pk=found.pk))
    if request.method == "POST":
        saved = attempt(form, lambda: _update(request, found, form))
        if saved:
            messages.success(request, "Webhook saved.")
            return done(request, request.path)
    page = page_of(deliveries_of(found), NEWEST_FIRST, read(request), ("message", "messages"))
    context = of_webhook(found) | {
        "form": form,
        "page": page,
        "secrets": list(found.secrets.live()),
    }
    return form_page(request, "console/webhooks/webhook.html", context, invalid=form.is_bound)


def _update(request: Request, found: Webhook, form: WebhookForm) -> Webhook:
    return update_webhook(actor=request.user, webhook=found, **named(form))


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def webhook_delete(request: Request, organization: Organization, webhook: UUID) -> HttpResponse:
    found = find_webhook(request.viewer, organization, webhook)
    consequence = Consequence(
        lambda: delete_webhook(actor=request.user, webhook=found),
        f"Webhook {found} deleted.",
        reverse("console:webhook-list", args=[organization.slug]),
    )
    template = "console/webhooks/webhook_delete.html"
    return confirm(request, template, of_webhook(found, "Delete"), consequence)


@require_POST
@in_organization("settings")
def webhook_test(request: Request, organization: Organization, webhook: UUID) -> HttpResponse:
    """Send a message that says nothing but that messages arrive."""
    found = find_webhook(request.viewer, organization, webhook)
    send_test(actor=request.user, webhook=found)
    messages.success(request, ON_ITS_WAY)
    return done(request, found)


@require_GET
@in_organization("settings")
def webhook_delivery(
    request: Request, organization: Organization, webhook: UUID, delivery: UUID
) -> HttpResponse:
    """One message: what was sent, and each try."""
    found = find_webhook(request.viewer, organization, webhook)
    sent = find_delivery(found, delivery)
    context = of_webhook(found, sent.kind) | {"delivery": sent}
    return render(request, "console/webhooks/webhook_delivery.html", context)


@require_POST
@in_organization("settings")
def webhook_delivery_repeat(
    request: Request, organization: Organization, webhook: UUID, delivery: UUID
) -> HttpResponse:
    """Send it once more."""
    found = find_webhook(request.viewer, organization, webhook)
    sent = send_again(actor=request.user, delivery=find_delivery(found, delivery))
    messages.success(request, ON_ITS_WAY)
    return done(request, sent)
