"""The OpenAPI document, and the page to read it."""

import functools
from typing import Any

import yaml
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

MEDIA_TYPE = "application/vnd.oai.openapi"


@functools.cache
def document() -> dict[str, Any]:
    """The document; the same until the next start."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


@login_not_required
@require_GET
def schema(request: HttpRequest) -> HttpResponse:
    """JSON, or YAML for who asks for that alone."""
    if "yaml" in request.headers.get("Accept", ""):
        text = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True)
        return HttpResponse(text, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    return JsonResponse(document(), content_type=f"{MEDIA_TYPE}+json")


# The page writes styles itself; nothing else of the policy is looser.
@method_decorator(csp_update({"style-src": ["'self'", "'unsafe-inline'"]}), name="dispatch")
class Reference(SpectacularSwaggerSplitView):
    """The reference page, whose scripts come from this server."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    url_name = "console-api:schema"
