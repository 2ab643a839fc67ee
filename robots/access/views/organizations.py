"""The end of an organization."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from console.http import Request
from console.models import Organization
from console.pages.confirmation import Consequence, confirm_by_name
from console.pages.frame import crumbs, in_organization
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.access.deletion_preview import SHOWN
from robots.access.services.organization_deletion import contents_of, delete_organization
from robots.base.periods import RECENTLY
from robots.models import Robot, Token

# How each kind of what goes is called, one and many.
WORDS = {
    "projects": ("project", "projects"),
    "repositories": ("repository", "repositories"),
    "robots": ("robot account", "robot accounts"),
    "tokens": ("token", "tokens"),
    "trusts": ("trust", "trusts"),
    "services": ("service", "services"),
    "teams": ("team", "teams"),
    "members": ("membership", "memberships"),
    "invitations": ("open invitation", "open invitations"),
}


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def organization_delete(request: Request, organization: Organization) -> HttpResponse:
    """What goes, what stays, the name typed, and a fresh sign-in."""
    require(request.viewer, Permission.ORGANIZATION_DELETE, organization)
    consequence = Consequence(
        lambda: delete_organization(actor=request.user, organization=organization),
        f"Organization {organization.name} deleted.",
        "teams:personal-account",
    )
    return confirm_by_name(
        request,
        "robots/access/organization_delete.html",
        organization.slug,
        lambda: _ending(organization),
        consequence,
    )


def _ending(organization: Organization) -> dict[str, Any]:
    """How much of each kind goes, and what of it was used lately."""
    recently = timezone.now() - RECENTLY
    logins = Token.objects.logins().filter(organization=organization, robot__deleted_at=None)
    robots = Robot.objects.living().filter(organization=organization, last_used_at__gt=recently)
    settings = ("Settings", reverse("console:organization-settings", args=[organization.slug]))
    contents = contents_of(organization)
    return {
        "contents": [(contents[kind], WORDS[kind][contents[kind] != 1]) for kind in WORDS],
        "recent_count": logins.filter(last_used_at__gt=recently).count(),
        "recent_robots": robots.order_by("-last_used_at", "id")[:SHOWN],
        "recent_robot_count": robots.count(),
        "breadcrumb": crumbs(organization, settings, "Delete"),
    }
