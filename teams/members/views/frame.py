"""What every page about an organization's people begins with."""

from django.urls import reverse

from console.http import Request
from console.models import Organization
from console.pages.frame import Crumbs, crumbs, tab
from console.permissions.decision import allows
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission
from teams.members.queries import may_invite


def _sees_who_left(viewer: AccessSnapshot, organization: Organization) -> bool:
    return allows(viewer, Permission.MEMBER_DELETE, organization)


# Label, address by name, and who may open it.
TABS = (
    ("Members", "teams:member-list", lambda *_: True),
    ("Invitations", "teams:invitation-list", may_invite),
    ("People who left", "robots:departure-list", _sees_who_left),
)


def users_page(request: Request, current: str) -> dict[str, object]:
    """What the head of the Users pages shows; there are no tabs where there would be one."""
    organization, viewer = request.organization, request.viewer
    tabs = [
        tab(label, name, label == current, organization.slug)
        for label, name, is_open in TABS
        if is_open(viewer, organization)
    ]
    return {
        "can_invite": may_invite(viewer, organization),
        "tabs": tabs if len(tabs) > 1 else [],
        "breadcrumb": crumbs(organization, "Users"),
    }


def users_crumbs(organization: Organization, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page below Users."""
    listed = ("Users", reverse("teams:member-list", args=[organization.slug]))
    return crumbs(organization, listed, *items)
