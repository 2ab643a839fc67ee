"""Making an organization."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.pages.htmx import done, form_page
from teams.users.forms import OrganizationForm
from teams.users.services import create_organization, may_create_organization


@require_http_methods(["GET", "POST"])
def organization_create(request: Request) -> HttpResponse:
    form = OrganizationForm(posted(request))
    if request.method == "POST" and (
        organization := attempt(
            form, lambda: create_organization(actor=request.user, **form.cleaned_data)
        )
    ):
        messages.success(request, f"Organization {organization.name} created.")
        return done(request, organization)
    context = {
        "form": form,
        "section": "organizations",
        "may_create": may_create_organization(request.user),
    }
    return form_page(request, "teams/users/organization_form.html", context, invalid=form.is_bound)
