"""Making an organization."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.organizations.services import UsedBefore
from console.organizations.views.reuse import is_confirmed, used_before
from console.pages.htmx import done, form_page
from teams.users.forms import OrganizationForm
from teams.users.services import create_organization, may_create_organization


@require_http_methods(["GET", "POST"])
def organization_create(request: Request) -> HttpResponse:
    form = OrganizationForm(posted(request))
    context = {
        "form": form,
        "section": "organizations",
        "may_create": may_create_organization(request.user),
    }
    if request.method == "POST":
        try:
            organization = attempt(form, lambda: _create(request, form))
        except UsedBefore as warning:
            return used_before(request, warning, context | _way_back(), "personal.html")
        if organization:
            messages.success(request, f"Organization {organization.name} created.")
            return done(request, organization)
    return form_page(request, "teams/users/organization_form.html", context, invalid=form.is_bound)


def _create(request: Request, form: OrganizationForm) -> Organization:
    return create_organization(actor=request.user, reuse=is_confirmed(request), **form.cleaned_data)


def _way_back() -> dict[str, Any]:
    home = reverse("teams:personal-account")
    return {
        "thing": "Organization",
        "back_url": home,
        "breadcrumb": [("Personal account", home), ("Create organization", "")],
    }
