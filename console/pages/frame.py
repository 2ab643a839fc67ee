"""What every page of an organization begins with: finding the organization, and where one is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from console.http import Request
from console.models import Organization
from console.models.organizations import LISTED_ORGANIZATIONS
from console.pages.actions import Tab
from console.pages.context import listed_organizations
from console.pages.last_organization import remember_organization
from console.permissions.decision import AccessSnapshot
from console.reauthentication import take_presence

P = ParamSpec("P")
View = Callable[Concatenate[Request, Organization, P], HttpResponseBase]
Crumbs = list[tuple[str, str]]


def in_organization(section: str) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Give the view the organization of its address; one that the actor is not in is a 404."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def found(
            request: Request, organization: str, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            request.organization = _find_organization(request, organization)
            request.viewer = AccessSnapshot.of(request.user, request.organization.target)
            request.section = section
            take_presence(request, request)
            response = view(request, request.organization, *args, **kwargs)
            remember_organization(request, response)
            return response

        return found

    return decorate


def _find_organization(request: Request, slug: str) -> Organization:
    """The organization of that slug: one of those in the account menu, or beyond its end."""
    listed = {organization.slug: organization for organization in listed_organizations(request)}
    if slug in listed:
        return listed[slug]
    if len(listed) < LISTED_ORGANIZATIONS:
        raise Http404
    return get_object_or_404(Organization.objects.visible_to(request.user), slug=slug)


def crumbs(organization: Organization, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page: the organization, then `items`; the last one needs no address."""
    first = (organization.name, reverse("robots:overview", args=[organization.slug]))
    return [first, *(item if isinstance(item, tuple) else (item, "") for item in items)]


def tab(label: str, name: str, current: bool, *where: object) -> Tab:
    """A tab by the name of its page's address."""
    return Tab(label, reverse(name, args=where), current)
