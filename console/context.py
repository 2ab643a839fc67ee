"""What every page knows: the theme, the request's ID, and where in the console one is."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from console.http import current
from console.models import Organization

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One line of the Admin Console's left-hand menu."""

    label: str
    url: str
    icon: str
    section: str


NAVIGATION = (
    ("Overview", "robots:overview", "layout-dashboard", "overview"),
    ("Projects", "console:project-list", "folder", "projects"),
    ("Repositories", "console:repository-list", "package", "repositories"),
    ("Users", "teams:member-list", "user", "users"),
    ("Robots", "robots:robot-list", "bot", "robots"),
    ("Audit log", "console:event-list", "scroll-text", "audit"),
    ("Settings", "console:organization-settings", "settings", "settings"),
)


def _navigation(organization: Organization) -> list[NavigationItem]:
    return [
        NavigationItem(label, reverse(name, args=[organization.slug]), icon, section)
        for label, name, icon, section in NAVIGATION
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `theme`, `request_id`; within an organization also where one is."""
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto")
    known: dict[str, Any] = {
        "theme": theme if theme in THEMES else "auto",
        "request_id": current.get().request_id,
        "organization": None,
        "section": "",
    }
    organization = getattr(request, "organization", None)
    if organization is not None:
        known |= {
            "organization": organization,
            "section": getattr(request, "section", ""),
            "navigation": _navigation(organization),
        }
    return known
