"""The OpenAPI document of the REST API."""

import functools
import json

import yaml
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from console.api.reference import document

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
