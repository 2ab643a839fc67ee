"""What every page knows: the theme, the request's ID, and where in the console one is."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from console.entry import OPEN
from console.http import Request, current
from console.models import Organization
from console.pasted import SHAPE
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission
from console.read_only import maintenance_of, sentence

EVERYWHERE = ("console:help", "console:api-reference", "robots:search-everywhere")
HERE = ("console:organization-help", "console:organization-reference", "robots:search")
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One line of the Admin Console's left-hand menu."""

    label: str
    url: str
    icon: str
    section: str


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One line of the menu for whoever may open it: with `needed` on the organization, or anywhere in it."""

    label: str
    name: str
    icon: str
    section: str
    needed: Permission | None = None
    anywhere: bool = False

    def is_open_to(self, viewer: AccessSnapshot) -> bool:
        if self.needed is None:
            return True
        projects = viewer.projects_with(self.needed)
        return projects is None or (self.anywhere and bool(projects))


NAVIGATION = (
    NavigationEntry("Overview", "robots:overview", "layout-dashboard", "overview"),
    NavigationEntry("Projects", "console:project-list", "folder", "projects"),
    NavigationEntry("Repositories", "console:repository-list", "package", "repositories"),
    NavigationEntry("Users", "teams:member-list", "user", "users", Permission.MEMBER_READ),
    NavigationEntry("Teams", "robots:team-list", "users", "teams"),
    NavigationEntry("Robots", "robots:robot-list", "bot", "robots", Permission.ROBOT_READ, True),
    NavigationEntry(
        "Tokens", "robots:token-list", "key-round", "tokens", Permission.TOKEN_READ, True
    ),
    NavigationEntry("Roles", "robots:role-list", "shield", "roles", Permission.ROLE_READ, True),
    NavigationEntry(
        "Audit log", "console:event-list", "scroll-text", "audit", Permission.EVENT_READ
    ),
    NavigationEntry("Settings", "console:organization-settings", "settings", "settings"),
)


def listed_organizations(request: Request) -> list[Organization]:
    """The organizations of the account menu, asked once for a request."""
    found: list[Organization] | None = getattr(request, "listed_organizations", None)
    if found is None:
        found = list(request.user.listed_organizations())
        request.listed_organizations = found
    return found


def navigation(organization: Organization, viewer: AccessSnapshot) -> list[NavigationItem]:
    """What the viewer can open, from the rights that were gathered for the page: no query."""
    return [
        NavigationItem(
            entry.label, reverse(entry.name, args=[organization.slug]), entry.icon, entry.section
        )
        for entry in NAVIGATION
        if entry.is_open_to(viewer)
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `theme`, `request_id`, whether there is e-mail; within an organization also where
    one is.
    """
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto")
    known: dict[str, Any] = {
        "theme": theme if theme in THEMES else "auto",
        "request_id": current.get().request_id,
        "sends_mail": settings.ROSTER_SENDS_MAIL,
        "secret_shape": SHAPE,
        "read_only": partial(_read_only, request),
    }
    organization = getattr(request, "organization", None)
    viewer = getattr(request, "viewer", None)
    if organization is None or viewer is None:
        return known | OUTSIDE | _ways()
    return (
        known
        | _of_organization(organization, viewer)
        | _ways(organization.slug)
        | {"section": getattr(request, "section", "")}
        | {"is_entry_announced": getattr(request, "entry", OPEN).is_announced}
    )


def _read_only(request: HttpRequest) -> str:
    """What the banner of a whole page says; fragments have none, and ask nothing."""
    maintenance = maintenance_of(request)
    return sentence(maintenance) if maintenance else ""


# Where one is in no organization.
OUTSIDE = {
    "look_up_url": "",
    "sees_log": False,
    "organization": None,
    "section": "",
    "is_entry_announced": False,
}


def _ways(*where: str) -> dict[str, str]:
    """Where Help, the API's reference and the search are, in the frame of where one is."""
    help_, reference, search = HERE if where else EVERYWHERE
    return {
        "help_url": reverse(help_, args=where),
        "reference_url": reverse(reference, args=where),
        "palette_url": reverse(search, args=where),
    }


def _of_organization(organization: Organization, viewer: AccessSnapshot) -> dict[str, Any]:
    """The part of it within an organization: the menu, and whether the viewer may read the audit log."""
    return {
        "organization": organization,
        "navigation": navigation(organization, viewer),
        "look_up_url": look_up_url(organization, viewer),
        "sees_log": viewer.projects_with(Permission.EVENT_READ) is None,
    }


def look_up_url(organization: Organization, viewer: AccessSnapshot) -> str:
    """Where the viewer can look a token up by its secret; nothing where they may not."""
    if viewer.projects_with(Permission.EVENT_READ) is not None:
        return ""
    return reverse("console:event-list", args=[organization.slug]) + "#filter-token"
