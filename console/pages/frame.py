"""What every page of an organization begins with: finding the organization, and where one is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from console.entry import Barred, Reason, entry_of
from console.http import Request, current
from console.models import Organization
from console.models.organizations import LISTED_ORGANIZATIONS
from console.pages.actions import Tab
from console.pages.context import listed_organizations
from console.pages.last_organization import remember_organization
from console.permissions.snapshots import AccessSnapshot
from console.reauthentication import take_presence, used_passkey

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
            place = _find_organization(request, organization)
            if reason := _reason_to_refuse(request, place):
                return _refuse_entry(request, place, reason)
            request.organization = place
            request.viewer = AccessSnapshot.of(request.user, request.organization.target)
            request.section = section
            take_presence(request, request)
            response = view(request, request.organization, *args, **kwargs)
            remember_organization(request, response)
            return response

        return found

    return decorate


def _reason_to_refuse(request: Request, organization: Organization) -> Reason | None:
    """Why whoever asks does not come in now, if they do not; the page says what they meet otherwise."""
    entry = entry_of(organization, request.user, used_passkey=used_passkey(request))
    request.entry = entry
    return entry.reason


def _refuse_entry(request: Request, organization: Organization, reason: Reason) -> HttpResponseBase:
    """What stands instead of a page for whoever does not come in now: why, and how they will.

    It keeps the page's address, so that it can be tried again. A form is refused, and what was typed into
    it can be sent once more.
    """
    barred = Barred(organization, reason)
    if request.method not in {"GET", "HEAD"}:
        raise barred
    if request.htmx and not request.htmx.boosted:
        return HttpResponse(status=204, headers={"HX-Redirect": organization.get_absolute_url()})
    # Not as `organization`, whose frame would be drawn: the page stands in the person's own.
    context = {
        "place": organization,
        "reason": reason.name,
        "address": current.get().address,
    }
    return render(request, "console/pages/outside.html", context)


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
