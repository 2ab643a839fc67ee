"""Where services are looked at: in an organization's settings, or those of the site, which operators see."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse

from console.http import Request
from console.models import Organization, Service
from console.organizations.views.organizations import settings_tabs
from console.pages.frame import Crumbs, crumbs, in_organization
from console.pages.site import operators_only, site_frame
from console.permissions.decision import Actor
from console.services.queries import may_change


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two, as its pages need it: who looks, and where the pages are."""

    viewer: Actor
    organization: Organization | None

    @property
    def can_change(self) -> bool:
        return may_change(self.viewer, self.organization)

    def url(self, name: str, *where: object) -> str:
        """The address of one of its pages, by the name that an organization's has."""
        if self.organization:
            return reverse(f"console:{name}", args=[self.organization.slug, *where])
        return reverse(f"console:site-{name}", args=where)

    def of(self, service: Service) -> str:
        """The page of one service."""
        return self.url("service", service.uuid)

    def crumbs(self, *items: tuple[str, str] | str) -> Crumbs:
        """The way to a page of services."""
        listed = ("Services", self.url("service-list") if items else "")
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
            return site_frame("services") | {"place": self}
        return {"base": "console.html", "place": self, "section": "settings"}

    def list_frame(self) -> dict[str, Any]:
        """The same around the list, which is a tab of the organization's settings."""
        if not self.organization:
            return self.frame()
        tabs = settings_tabs(self.viewer, self.organization, "services")
        return {"base": "console/organizations/settings_base.html", "place": self, "tabs": tabs}


View = Callable[..., HttpResponseBase]


def of_organization(view: View) -> View:
    """`view` of the services of an organization."""

    def found(request: Request, organization: Organization, /, **which: Any) -> HttpResponseBase:
        return view(request, Place(request.viewer, organization), **which)

    return wraps(view)(in_organization("settings")(found))


def of_site(view: View) -> View:
    """`view` of the services of the site: for operators alone."""

    @wraps(view)
    def found(request: Request, **which: Any) -> HttpResponseBase:
        return view(request, Place(request.user, None), *which.values())

    return operators_only(found)
