"""The pages of scanning partners: list, create, one partner with its keys, their end."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, named, posted
from console.http import Request
from console.models import ScanningPartner
from console.pages.confirmation import Consequence, confirm, confirm_by_name
from console.pages.htmx import done, form_page
from console.pages.reading import read
from console.pages.site import operators_only, site_frame
from console.paging import Order, page_of
from console.scanning.forms import PartnerForm, PartnerKeyForm
from console.scanning.services import add_key, create_partner, delete_partner, remove_key

Context = dict[str, Any]
REPORTS = "/credentials/leaks"
LISTED = ("Scanning partners", "console:partner-list")


def _frame(*items: str, partner: ScanningPartner | None = None) -> Context:
    """What is around a page, and the way to it: the list, the partner, `items`."""
    way = [(LISTED[0], reverse(LISTED[1]) if items or partner else "")]
    if partner:
        way.append((str(partner), partner.get_absolute_url() if items else ""))
    found = site_frame("partners") | {"breadcrumb": [*way, *((item, "") for item in items)]}
    return found | ({"partner": partner, "back": partner.get_absolute_url()} if partner else {})


@require_GET
@operators_only
def partner_list(request: Request) -> HttpResponse:
    """Who may report leaked secrets."""
    found = ScanningPartner.objects.prefetch_related("keys")
    page = page_of(found, Order("id"), read(request), ("partner", "partners"))
    return render(request, "console/scanning/partner_list.html", _frame() | {"page": page})


@require_http_methods(["GET", "POST"])
@operators_only
def partner_create(request: Request) -> HttpResponse:
    form = PartnerForm(posted(request))
    if request.method == "POST":
        made = attempt(form, lambda: create_partner(actor=request.user, **named(form)))
        if made:
            messages.success(request, f"{made} is a scanning partner. Add its public keys.")
            return done(request, made)
    context = _frame("Add partner") | {"form": form, "back": reverse(LISTED[1])}
    return form_page(request, "console/scanning/partner_form.html", context, invalid=form.is_bound)


@require_GET
@operators_only
def partner(request: Request, partner: UUID) -> HttpResponse:
    """Its keys, and where it sends its reports."""
    found = _find(partner)
    context = _frame(partner=found) | {
        "keys": list(found.keys.all()),
        "address": f"{settings.ROSTER_ORIGIN}{REPORTS}",
    }
    return render(request, "console/scanning/partner.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
def partner_delete(request: Request, partner: UUID) -> HttpResponse:
    """The name typed, and a fresh sign-in."""
    found = _find(partner)
    consequence = Consequence(
        lambda: delete_partner(actor=request.user, partner=found),
        f"Scanning partner {found} deleted.",
        LISTED[1],
    )
    template = "console/scanning/partner_delete.html"
    context = _frame("Delete", partner=found)
    return confirm_by_name(request, template, found.name, lambda: context, consequence)


@require_http_methods(["GET", "POST"])
@operators_only
def partner_key_create(request: Request, partner: UUID) -> HttpResponse:
    found = _find(partner)
    form = PartnerKeyForm(posted(request))
    if request.method == "POST":
        made = attempt(form, lambda: add_key(actor=request.user, partner=found, **named(form)))
        if made:
            messages.success(request, f"What {made.identifier} signs is believed from now on.")
            return done(request, found)
    context = _frame("Add key", partner=found) | {"form": form}
    return form_page(
        request, "console/scanning/partner_key_form.html", context, invalid=form.is_bound
    )


@require_http_methods(["GET", "POST"])
@operators_only
def partner_key_delete(request: Request, partner: UUID, key: UUID) -> HttpResponse:
    found = _find(partner)
    removed = get_object_or_404(found.keys.select_related("partner"), uuid=key)
    consequence = Consequence(
        lambda: remove_key(actor=request.user, key=removed),
        f"What {removed.identifier} signs is refused from now on.",
        found,
    )
    context = _frame("Remove key", partner=found) | {"key": removed}
    return confirm(request, "console/scanning/partner_key_delete.html", context, consequence)


def _find(partner: UUID) -> ScanningPartner:
    return get_object_or_404(ScanningPartner, uuid=partner)
