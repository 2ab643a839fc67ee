"""The pages of services: list, create, one service, its end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, named, posted
from console.http import Request
from console.models import Service
from console.organizations.places import Place
from console.pages.actions import Tab
from console.pages.confirmation import Consequence, confirm_by_name
from console.pages.htmx import done, form_page
from console.pages.reading import read
from console.paging import Order, page_of
from console.permissions.operators import require_to_change_settings
from console.services.asking import asking, telling
from console.services.forms import OWN, ServiceForm, ServiceSettingsForm
from console.services.places import of_organization, of_site
from console.services.queries import (
    find_service,
    find_service_to_change,
    services_for,
)
from console.services.services import (
    create_service,
    delete_service,
    update_service,
)

FIRST = Service.Kind.REGISTRY
PLACEHOLDER = "SECRET"
# What a secret is good for, where there is none yet.
NO_SECRET = {
    Service.Kind.RESOURCE: "It cannot ask before it has one.",
    Service.Kind.CLUSTER: "It cannot ask before it has one.",
    Service.Kind.REGISTRY: "With one it tells Roster what is pushed and pulled there.",
}


def service_list(request: Request, place: Place) -> HttpResponse:
    """The services that see the organization's tokens, or those of the site."""
    found = services_for(place.viewer, place.organization)
    page = page_of(found, Order("id"), read(request), ("service", "services"))
    context = place.list_frame() | {
        "page": page,
        "rows": [(service, place.of(service)) for service in page.rows],
        "create_url": place.url("service-create", FIRST) if place.can_change else "",
        "breadcrumb": place.crumbs(),
    }
    return render(request, "console/services/service_list.html", context)


def service_create(request: Request, place: Place, kind: str) -> HttpResponse:
    """The form of a kind; the others are a tab away."""
    require_to_change_settings(place.viewer, place.organization)
    if kind not in OWN:
        raise Http404
    form = ServiceForm(
        posted(request), instance=Service(organization=place.organization, kind=kind)
    )
    if request.method == "POST" and (made := attempt(form, lambda: _create(request, place, form))):
        messages.success(request, f"Service {made} created. Tell it how to ask.")
        return done(request, place.of(made))
    context = place.frame() | {
        "form": form,
        "tabs": [
            Tab(each.label, place.url("service-create", each), each == kind)
            for each in Service.Kind
        ],
        "back": place.url("service-list"),
        "breadcrumb": place.crumbs("Create service"),
    }
    return form_page(request, "console/services/service_form.html", context, invalid=form.is_bound)


def _create(request: Request, place: Place, form: ServiceForm) -> Service:
    return create_service(
        actor=request.user,
        organization=place.organization,
        kind=form.instance.kind,
        **named(form),
    )


def service(request: Request, place: Place, service: UUID) -> HttpResponse:
    """How it asks, and its settings for who may change them."""
    found = find_service(place.viewer, place.organization, service)
    own = place.organization == found.organization
    # The form gets a copy, so that a refused value does not stand in the page's head.
    form = ServiceSettingsForm(posted(request), instance=Service.objects.get(pk=found.pk))
    if request.method == "POST":
        find_service_to_change(place.viewer, place.organization, service)
        if attempt(form, lambda: _update(request, found, form)):
            messages.success(request, "Service saved.")
            return done(request, request.path)
    context = place.frame() | {
        "service": found,
        "form": form,
        "can_change": own and place.can_change,
        "asking": asking(found),
        "delete_url": place.url("service-delete", found.uuid),
        "breadcrumb": place.crumbs(str(found)),
    }
    if context["can_change"]:
        context |= _secrets(place, found)
    return form_page(request, "console/services/service.html", context, invalid=form.is_bound)


def _secrets(place: Place, found: Service) -> dict[str, Any]:
    """The secrets that work, and where a registry puts one."""
    if not found.has_secrets:
        return {}
    return {
        "secrets": list(found.secrets.live()),
        "secret_url": place.url("service-secret-create", found.uuid),
        "no_secret": NO_SECRET[Service.Kind(found.kind)],
        "telling": telling(PLACEHOLDER) if found.kind == Service.Kind.REGISTRY else None,
    }


def _update(request: Request, found: Service, form: ServiceSettingsForm) -> Service:
    return update_service(actor=request.user, service=found, **named(form))


def service_delete(request: Request, place: Place, service: UUID) -> HttpResponse:
    """What ends, the name typed, and a fresh sign-in."""
    found = find_service_to_change(place.viewer, place.organization, service)
    consequence = Consequence(
        lambda: delete_service(actor=request.user, service=found),
        f"Service {found} deleted.",
        place.url("service-list"),
    )
    template = "console/services/service_delete.html"
    return confirm_by_name(
        request, template, found.name, lambda: _ending(place, found), consequence
    )


def _ending(place: Place, found: Service) -> dict[str, Any]:
    shown = {"service": found, "back": place.of(found)}
    return (
        place.frame()
        | shown
        | {"breadcrumb": place.crumbs((str(found), place.of(found)), "Delete")}
    )


form_of = require_http_methods(["GET", "POST"])
organizations_service_list = require_GET(of_organization(service_list))
organizations_service_create = form_of(of_organization(service_create))
organizations_service = form_of(of_organization(service))
organizations_service_delete = form_of(of_organization(service_delete))
site_service_list = require_GET(of_site(service_list))
site_service_create = form_of(of_site(service_create))
site_service = form_of(of_site(service))
site_service_delete = form_of(of_site(service_delete))
