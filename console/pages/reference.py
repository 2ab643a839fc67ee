"""The pages of the REST API's reference, in the frame of where one is."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from console.api.reference import sections, shapes_of
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization


@require_GET
def reference(request: Request) -> HttpResponse:
    """The reference where one is in no organization."""
    return _reference(request, "personal.html")


@require_GET
@in_organization("reference")
def reference_here(request: Request, organization: Organization) -> HttpResponse:
    """The same in the organization's frame."""
    return _reference(request, "console.html")


def _reference(request: Request, base: str) -> HttpResponse:
    """How to ask, and every address by its collection."""
    context = {
        "base": base,
        "section": "reference",
        "sections": sections().values(),
        "origin": settings.ROSTER_ORIGIN,
        "limit": settings.ROSTER_API_REQUESTS_PER_MINUTE,
    }
    return render(request, "console/api/api_reference.html", context)


@require_GET
def reference_section(request: Request, collection: str) -> HttpResponse:
    """One collection where one is in no organization."""
    return _section(request, "personal.html", collection)


@require_GET
@in_organization("reference")
def reference_section_here(
    request: Request, organization: Organization, collection: str
) -> HttpResponse:
    """The same in the organization's frame."""
    return _section(request, "console.html", collection)


def _section(request: Request, base: str, collection: str) -> HttpResponse:
    """One collection: its operations, and the shapes of what they take and answer."""
    found = sections().get(collection)
    if found is None:
        raise Http404
    context = {
        "base": base,
        "section": "reference",
        "shown": found,
        "shapes": shapes_of(found),
    }
    return render(request, "console/api/api_section.html", context)
