"""What every page of an organization begins with: finding the organization, and where one is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from console.context import LISTED_ORGANIZATIONS, listed_organizations
from console.http import Request, Visit
from console.models import Organization, Project, Repository
from console.permissions.decision import Glance, allows
from console.permissions.vocabulary import Permission

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
            request.viewer = Glance.of(request.user, request.organization.target)
            request.section = section
            return view(request, request.organization, *args, **kwargs)

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


def find_project(request: Visit, organization: Organization, slug: str) -> Project:
    """The project of that slug, if the actor may see it."""
    projects = Project.objects.visible_to(request.viewer, organization)
    return get_object_or_404(projects.select_related("organization"), slug=slug)


def find_repository(request: Visit, organization: Organization, repository: UUID) -> Repository:
    """The repository of that UUID, if the actor may see it."""
    seen = Repository.objects.visible_to(request.viewer, organization)
    return get_object_or_404(seen.select_related("project__organization"), uuid=repository)


REPOSITORY_TABS = (
    ("About", "console:repository", "about", None),
    ("Permissions", "robots:repository-permissions", "permissions", Permission.GRANT_READ),
    ("Who can reach this", "robots:repository-reach", "reach", Permission.GRANT_READ),
)


def repository_tabs(
    request: Request, repository: Repository, current: str
) -> list[dict[str, object]]:
    """The tabs of a repository that the viewer may open."""
    where = [repository.project.organization.slug, repository.uuid]
    return [
        {"label": label, "url": reverse(name, args=where), "current": key == current, "count": None}
        for label, name, key, needed in REPOSITORY_TABS
        if needed is None or allows(request.viewer, needed, repository)
    ]


SETTINGS_TABS = (
    ("General", "console:organization-settings", "general"),
    ("Token policy", "robots:policy", "policy"),
)


def settings_tabs(organization: Organization, current: str) -> list[dict[str, object]]:
    """The tabs of an organization's settings."""
    return [
        {
            "label": label,
            "url": reverse(name, args=[organization.slug]),
            "current": key == current,
            "count": None,
        }
        for label, name, key in SETTINGS_TABS
    ]


def crumbs(organization: Organization, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page: the organization, then `items`; the last one needs no address."""
    first = (organization.name, reverse("robots:overview", args=[organization.slug]))
    return [first, *(item if isinstance(item, tuple) else (item, "") for item in items)]
