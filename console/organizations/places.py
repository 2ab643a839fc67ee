"""Where settings are looked at that an organization has and the site as well, which operators see."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse

from console.http import Request
from console.models import Organization
from console.organizations.views.organizations import settings_tabs
from console.pages.frame import Crumbs, crumbs, in_organization
from console.pages.site import operators_only, site_frame
from console.permissions.decision import Actor
from console.permissions.operators import may_change_settings


class Thing(Protocol):
    """What stands there, with a page of its own."""

    @property
    def uuid(self) -> Any: ...  # noqa: ANN401 - a UUID; Django's stubs say so of no field


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: its word in addresses, its tab in settings and in the menu of the site."""

    name: str
    label: str
    section: str


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two, as its pages need it: the subject, who looks, and where the pages are."""

    subject: Subject
    viewer: Actor
    organization: Organization | None

    @property
    def can_change(self) -> bool:
        return may_change_settings(self.viewer, self.organization)

    def url(self, name: str, *where: object) -> str:
        """The address of one of its pages, by the name that an organization's has."""
        if self.organization:
            return reverse(f"console:{name}", args=[self.organization.slug, *where])
        return reverse(f"console:site-{name}", args=where)

    @property
    def list_url(self) -> str:
        return self.url(f"{self.subject.name}-list")

    def of(self, thing: Thing) -> str:
        """The page of one of them."""
        return self.url(self.subject.name, thing.uuid)

    def crumbs(self, *items: tuple[str, str] | str) -> Crumbs:
        """The way to one of its pages."""
        listed = (self.subject.label, self.list_url if items else "")
        if self.organization:
            settings = (
                "Settings",
                reverse("console:organization-settings", args=[self.organization.slug]),
            )
            return crumbs(self.organization, settings, listed, *items)
        return [listed, *(item if isinstance(item, tuple) else (item, "") for item in items)]

    def frame(self) -> dict[str, Any]:
        """What every page of it shows around its content."""
        if not self.organization:
            return site_frame(self.subject.section) | {"place": self}
        return {"base": "console.html", "place": self, "section": "settings"}

    def list_frame(self) -> dict[str, Any]:
        """The same around the list, which is a tab of the organization's settings."""
        if not self.organization:
            return self.frame()
        tabs = settings_tabs(self.viewer, self.organization, self.subject.section)
        return {"base": "console/organizations/settings_base.html", "place": self, "tabs": tabs}


View = Callable[..., HttpResponseBase]


def of_organization(subject: Subject, view: View) -> View:
    """`view` of what an organization has of the subject."""

    def found(request: Request, organization: Organization, /, **which: Any) -> HttpResponseBase:
        return view(request, Place(subject, request.viewer, organization), **which)

    return wraps(view)(in_organization("settings")(found))


def of_site(subject: Subject, view: View) -> View:
    """`view` of what the site has of it: for operators alone."""

    @wraps(view)
    def found(request: Request, **which: UUID | str) -> HttpResponseBase:
        return view(request, Place(subject, request.user, None), *which.values())

    return operators_only(found)
