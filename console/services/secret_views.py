"""The page that gives a service a secret of its own, and shows it once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Service
from console.organizations.places import Place
from console.pages.htmx import form_page
from console.reauthentication import require_fresh_sign_in
from console.services.asking import telling
from console.services.forms import ServiceSecretForm
from console.services.places import of_organization, of_site
from console.services.queries import find_service_to_change
from console.services.services import MintedServiceSecret, RepeatedSecret, create_service_secret


def service_secret_create(request: Request, place: Place, service: UUID) -> HttpResponse:
    """When the one before ends. The POST answers with the secret; a repeated one leads to the service."""
    found = find_service_to_change(place.viewer, place.organization, service)
    if not found.has_secrets:
        raise Http404
    require_fresh_sign_in(request)
    form = ServiceSecretForm(posted(request))
    if request.method == "POST":
        try:
            minted = attempt(form, lambda: _mint(request, found, form))
        except RepeatedSecret as repeated:
            messages.warning(request, str(repeated))
            return redirect(place.of(found))
        if minted:
            return render(request, "console/services/service_secret.html", _shown(place, minted))
    context = _frame(place, found) | {"form": form, "has_secret": found.secrets.live().exists()}
    template = "console/services/service_secret_form.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _mint(request: Request, found: Service, form: ServiceSecretForm) -> MintedServiceSecret:
    return create_service_secret(
        actor=request.user,
        service=found,
        overlap=form.lasting,
        request_key=form.cleaned_data["request_key"],
    )


def _shown(place: Place, minted: MintedServiceSecret) -> dict[str, Any]:
    """The secret, and as a registry's own configuration has it."""
    service, secret = minted.secret.service, minted.plaintext.reveal()
    told = telling(secret) if service.kind == Service.Kind.REGISTRY else None
    return _frame(place, service) | {"secret": secret, "telling": told}


def _frame(place: Place, found: Service) -> dict[str, Any]:
    crumb = place.crumbs((str(found), place.of(found)), "Create secret")
    return place.frame() | {"service": found, "back": place.of(found), "breadcrumb": crumb}


form_of = require_http_methods(["GET", "POST"])
organizations_service_secret_create = never_cache(form_of(of_organization(service_secret_create)))
site_service_secret_create = never_cache(form_of(of_site(service_secret_create)))
