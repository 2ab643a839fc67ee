"""The views' base: who asks, where, and what every answer carries."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from console.api.limits import Rate
from console.models import Organization
from console.permissions.decision import AccessSnapshot


class Api(Request):
    """A request of the API within an organization, as views read it; the framework makes it."""

    user: Any
    auth: Any
    organization: Organization
    viewer: AccessSnapshot


class Resource(APIView):
    """An address of the API."""

    rate: Rate | None = None
    http_method_names = ("get", "head", "post", "patch", "delete")

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self.rate.headers() if self.rate else {}).items():
            answer[name] = value
        return answer


class InOrganization(Resource):
    """An address within an organization; one that the actor is not in is a 404."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - an `Api`
        super().initial(request, *args, **kwargs)
        seen = Organization.objects.visible_to(request.user)
        request.organization = get_object_or_404(seen, slug=kwargs.pop("organization"))
        request.viewer = AccessSnapshot.of(request.user, request.organization.target)


class Nowhere(Resource):
    """Any address that is not there: 401 or 404, never a page."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
