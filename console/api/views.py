"""The reference of the REST API, and its OpenAPI document."""

import functools
import json

import yaml
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from console.api.reference import document, sections, shapes_of
from console.http import Request

MEDIA_TYPE = "application/vnd.oai.openapi"


@login_not_required
@require_GET
def schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1 as JSON, or as YAML for who asks for that alone."""
    if "yaml" in request.headers.get("Accept", ""):
        return HttpResponse(_as_yaml(), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    return HttpResponse(_as_json(), content_type=f"{MEDIA_TYPE}+json")


# Written once: anybody may ask, and it takes half a second.
@functools.cache
def _as_yaml() -> str:
    return str(yaml.safe_dump(document(), sort_keys=False, allow_unicode=True))


@functools.cache
def _as_json() -> str:
    return json.dumps(document())


@require_GET
def reference(request: Request) -> HttpResponse:
    """How to ask, and every address by its collection."""
    context = {
        "section": "reference",
        "sections": sections().values(),
        "origin": settings.ROSTER_ORIGIN,
        "limit": settings.ROSTER_API_REQUESTS_PER_MINUTE,
    }
    return render(request, "console/api/api_reference.html", context)


@require_GET
def reference_section(request: Request, collection: str) -> HttpResponse:
    """One collection: its operations, and the shapes of what they take and answer."""
    found = sections().get(collection)
    if found is None:
        raise Http404
    context = {"section": "reference", "shown": found, "shapes": shapes_of(found)}
    return render(request, "console/api/api_section.html", context)
