"""The pages of webhooks: list, one with what was sent to it, its settings, its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.forms import attempt, named, posted
from console.http import Request
from console.models import Webhook
from console.organizations.places import Place
from console.pages.actions import Tab
from console.pages.confirmation import Consequence, confirm
from console.pages.htmx import done, form_page
from console.pages.reading import read
from console.paging import Order, page_of
from console.webhooks.forms import WebhookForm
from console.webhooks.log_readers import may_read
from console.webhooks.places import below, of_organization, of_site
from console.webhooks.queries import deliveries_of, find_delivery, find_webhook, webhooks_for
from console.webhooks.services.webhooks import delete_webhook, send_again, send_test, update_webhook

NEWEST_FIRST = Order("id", descending=True)
ON_ITS_WAY = "On its way. What comes of it stands here within seconds."


def webhook_list(request: Request, place: Place) -> HttpResponse:
    """Who is told what happens in the organization, or on the site."""
    found = webhooks_for(place.viewer, place.organization)
    page = page_of(found, Order("id"), read(request), ("webhook", "webhooks"))
    context = place.list_frame() | {
        "page": page,
        "rows": [(webhook, place.of(webhook)) for webhook in page.rows],
        "create_url": place.url("webhook-create"),
    }
    if place.organization:
        context["breadcrumb"] = place.crumbs()
    else:
        context["tabs"] = site_tabs("console:site-webhook-list")
    return render(request, "console/webhooks/webhook_list.html", context)


def site_tabs(current: str) -> list[Tab]:
    """What operators see of webhooks: the site's own, and of all organizations those that fail."""
    tabs = (
        ("Of the site", "console:site-webhook-list"),
        ("Failing everywhere", "console:failing-webhook-list"),
    )
    return [Tab(label, reverse(name), name == current) for label, name in tabs]


def webhook(request: Request, place: Place, webhook: UUID) -> HttpResponse:
    """What was sent to it, its secrets and settings."""
    found = find_webhook(place.viewer, place.organization, webhook)
    # The form gets a copy, so that a refused value does not stand in the page's head.
    copy = Webhook.objects.select_related("organization").get(pk=found.pk)
    form = WebhookForm(posted(request), instance=copy, viewer=place.viewer)
    if request.method == "POST":
        saved = attempt(form, lambda: _update(request, found, form))
        if saved:
            messages.success(request, "Webhook saved.")
            return done(request, request.path)
    page = page_of(deliveries_of(found), NEWEST_FIRST, read(request), ("message", "messages"))
    context = below(place, found) | {
        "form": form,
        "page": page,
        "secrets": list(found.secrets.live()),
        "secret_url": place.url("webhook-secret-create", found.uuid),
        "test_url": place.url("webhook-test", found.uuid),
        "delete_url": place.url("webhook-delete", found.uuid),
    }
    return form_page(request, "console/webhooks/webhook.html", context, invalid=form.is_bound)


def _update(request: Request, found: Webhook, form: WebhookForm) -> Webhook:
    return update_webhook(actor=request.user, webhook=found, **named(form))


def webhook_delete(request: Request, place: Place, webhook: UUID) -> HttpResponse:
    found = find_webhook(place.viewer, place.organization, webhook)
    consequence = Consequence(
        lambda: delete_webhook(actor=request.user, webhook=found),
        f"Webhook {found} deleted.",
        place.list_url,
    )
    template = "console/webhooks/webhook_delete.html"
    return confirm(request, template, below(place, found, "Delete"), consequence)


def webhook_test(request: Request, place: Place, webhook: UUID) -> HttpResponse:
    """Send a message that says nothing but that messages arrive."""
    found = find_webhook(place.viewer, place.organization, webhook)
    send_test(actor=request.user, webhook=found)
    messages.success(request, ON_ITS_WAY)
    return done(request, found)


def webhook_delivery(request: Request, place: Place, webhook: UUID, delivery: UUID) -> HttpResponse:
    """One message: what was sent, and each try."""
    found = find_webhook(place.viewer, place.organization, webhook)
    sent = find_delivery(found, delivery)
    again = place.url("webhook-delivery-repeat", found.uuid, sent.uuid)
    context = below(place, found, sent.kind) | {
        "delivery": sent,
        "repeat_url": again,
        "may_read": may_read(place.viewer, place.organization, [sent.kind]),
    }
    return render(request, "console/webhooks/webhook_delivery.html", context)


def webhook_delivery_repeat(
    request: Request, place: Place, webhook: UUID, delivery: UUID
) -> HttpResponse:
    """Send it once more."""
    found = find_webhook(place.viewer, place.organization, webhook)
    sent = send_again(actor=request.user, delivery=find_delivery(found, delivery))
    messages.success(request, ON_ITS_WAY)
    return done(request, sent)


form_of = require_http_methods(["GET", "POST"])
organizations_webhook_list = require_GET(of_organization(webhook_list))
organizations_webhook = form_of(of_organization(webhook))
organizations_webhook_delete = form_of(of_organization(webhook_delete))
organizations_webhook_test = require_POST(of_organization(webhook_test))
organizations_webhook_delivery = require_GET(of_organization(webhook_delivery))
organizations_webhook_delivery_repeat = require_POST(of_organization(webhook_delivery_repeat))
site_webhook_list = require_GET(of_site(webhook_list))
site_webhook = form_of(of_site(webhook))
site_webhook_delete = form_of(of_site(webhook_delete))
site_webhook_test = require_POST(of_site(webhook_test))
site_webhook_delivery = require_GET(of_site(webhook_delivery))
site_webhook_delivery_repeat = require_POST(of_site(webhook_delivery_repeat))
