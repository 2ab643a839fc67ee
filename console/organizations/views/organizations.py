"""Settings of an organization."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, named, posted
from console.http import Request
from console.models import Organization
from console.organizations.forms import OrganizationNameForm
from console.organizations.services import rename_organization
from console.pages.actions import Tab
from console.pages.frame import crumbs, in_organization, tab
from console.pages.htmx import done, form_page
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def organization_settings(request: Request, organization: Organization) -> HttpResponse:
    # The form gets a copy, so that a refused name does not stand in the page's frame.
    form = OrganizationNameForm(
        posted(request),
        instance=Organization.objects.get(pk=organization.pk),
    )
    if request.method == "POST":
        require(request.viewer, Permission.ORGANIZATION_UPDATE, organization)
        if attempt(form, lambda: _rename(request, organization, form)):
            messages.success(request, "Organization saved.")
            return done(request, request.path)
    context = {
        "form": form,
        "can_update": allows(request.viewer, Permission.ORGANIZATION_UPDATE, organization),
        "tabs": settings_tabs(organization, "general"),
        "breadcrumb": crumbs(organization, "Settings"),
    }
    template = "console/organizations/organization_settings.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _rename(
    request: Request, organization: Organization, form: OrganizationNameForm
) -> Organization:
    return rename_organization(actor=request.user, organization=organization, **named(form))


SETTINGS_TABS = (
    ("General", "console:organization-settings", "general"),
    ("Token policy", "robots:policy", "policy"),
    ("Services", "console:service-list", "services"),
)


def settings_tabs(organization: Organization, current: str) -> list[Tab]:
    """The tabs of an organization's settings."""
    return [
        tab(label, name, key == current, organization.slug) for label, name, key in SETTINGS_TABS
    ]
