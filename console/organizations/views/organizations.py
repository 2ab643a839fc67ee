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
from console.permissions.decision import Actor, allows, require
from console.permissions.roles import BUILTIN_ROLES, Scope
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
        "can_delete": allows(request.viewer, Permission.ORGANIZATION_DELETE, organization),
        "can_transfer": _holds_all(request.viewer, organization),
        "can_update": allows(request.viewer, Permission.ORGANIZATION_UPDATE, organization),
        "tabs": settings_tabs(request.viewer, organization, "general"),
        "breadcrumb": crumbs(organization, "Settings"),
    }
    template = "console/organizations/organization_settings.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _holds_all(viewer: Actor, organization: Organization) -> bool:
    """Whether they hold what owners do."""
    owner = BUILTIN_ROLES[Scope.ORGANIZATION, "owner"]
    return all(allows(viewer, name, organization) for name in owner.permissions)


def _rename(
    request: Request, organization: Organization, form: OrganizationNameForm
) -> Organization:
    return rename_organization(actor=request.user, organization=organization, **named(form))


# Label, address by name, key, and what has to be held to open it.
SETTINGS_TABS = (
    ("General", "console:organization-settings", "general", None),
    ("Token policy", "robots:policy", "policy", None),
    ("Sign-in", "teams:sign-in-rules", "sign-in", None),
    ("Networks", "robots:robot-networks", "networks", None),
    ("Services", "console:service-list", "services", None),
    ("Webhooks", "console:webhook-list", "webhooks", Permission.ORGANIZATION_UPDATE),
    ("Notices", "console:notice-settings", "notices", None),
)


def settings_tabs(viewer: Actor, organization: Organization, current: str) -> list[Tab]:
    """The tabs of an organization's settings that the viewer may open."""
    return [
        tab(label, name, key == current, organization.slug)
        for label, name, key, needed in SETTINGS_TABS
        if needed is None or allows(viewer, needed, organization)
    ]
