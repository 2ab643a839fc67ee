"""What every page about an organization's people begins with."""

from django.urls import reverse

from console.http import Request
from console.models import Organization
from console.pages.frame import Crumbs, crumbs, tab
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission


def users_page(request: Request, current: str) -> dict[str, object]:
    """What the head of the Users pages shows; those who may not invite see no second tab."""
    organization = request.organization
    can_invite = allows(request.viewer, Permission.MEMBER_CREATE, organization)
    tabs = (("Members", "teams:member-list"), ("Invitations", "teams:invitation-list"))
    return {
        "can_invite": can_invite,
        "tabs": [tab(label, name, label == current, organization.slug) for label, name in tabs]
        if can_invite
        else [],
        "breadcrumb": crumbs(organization, "Users"),
    }


def users_crumbs(organization: Organization, *items: str) -> Crumbs:
    """The way to a page below Users."""
    listed = ("Users", reverse("teams:member-list", args=[organization.slug]))
    return crumbs(organization, listed, *items)
