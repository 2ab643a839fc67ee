"""What every page of an organization begins with: finding the organization, and where one is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from console.http import Request
from console.models import Organization, Project
from console.permissions import Glance

P = ParamSpec("P")
View = Callable[Concatenate[Request, Organization, P], HttpResponse]
Crumbs = list[tuple[str, str]]


def in_organization(section: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Give the view the organization of its address; one that the actor is not in is a 404."""

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def found(request: Request, organization: str, *args: Any, **kwargs: Any) -> HttpResponse:
            seen = Organization.objects.visible_to(request.user)
            request.organization = get_object_or_404(seen, slug=organization)
            request.viewer = Glance.of(request.user, request.organization.target)
            request.section = section
            return view(request, request.organization, *args, **kwargs)

        return found

    return decorate


def find_project(request: Request, organization: Organization, slug: str) -> Project:
    """The project of that slug, if the actor may see it."""
    projects = Project.objects.visible_to(request.viewer, organization)
    return get_object_or_404(projects.select_related("organization"), slug=slug)


def crumbs(organization: Organization, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page: the organization, then `items`; the last one needs no address."""
    first = (organization.name, reverse("robots:overview", args=[organization.slug]))
    return [first, *(item if isinstance(item, tuple) else (item, "") for item in items)]
