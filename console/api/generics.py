"""What all addresses of the API have in common, under the framework's generic views."""

from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import DestroyModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from console.api.problems import NotUnderstood
from console.api.serializers import InputSerializer, QuerySerializer
from console.entry import Barred, entry_of
from console.models import Organization
from console.paging import Order
from console.pasted import SHORT_WORDS, names_of_secrets
from console.permissions.operators import require_operator
from console.permissions.snapshots import AccessSnapshot
from console.reauthentication import require_fresh_sign_in, take_presence, used_passkey

TWICE = "It stands there more than once. Leave one."


class ApiRequest(Request):
    """A request of the API within an organization, as views read it; the framework makes it."""

    user: Any
    auth: Any
    organization: Organization
    viewer: AccessSnapshot


class ValidatedBody(Protocol):
    """The serializer of a body that was read; `instance` is what it is about, then what answers."""

    instance: Any

    @property
    def validated_data(self) -> Any: ...  # noqa: ANN401 - as its fields have it


class Resource(GenericAPIView[Any]):
    """An address of the API.

    `serializer_class` is what it answers. What it reads and how the schema describes it follow from the
    attributes here as well: there is no second declaration that could differ.
    """

    http_method_names = ("get", "head", "post", "patch", "delete")
    lookup_field = "uuid"
    request: ApiRequest
    # What the body of a POST or PATCH is.
    input_serializer_class: type[InputSerializer] | None = None
    # What a POST answers, where that is not what a GET does.
    created_serializer_class: type[BaseSerializer[Any]] | None = None
    # What the query of a GET is.
    query_serializer_class: type[QuerySerializer] | None = None
    ordering = Order("name")
    # The address of what a POST creates: its name, and the field that stands last in it.
    location_name = ""
    location_field = "id"

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """What reads the body; without one, what answers."""
        if self.request.method in {"POST", "PATCH"} and self.input_serializer_class:
            return self.input_serializer_class
        return self.get_response_serializer_class()

    def get_response_serializer_class(self) -> type[BaseSerializer[Any]]:
        """What answers; the serializer of the body answers by it."""
        if self.request.method == "POST" and self.created_serializer_class:
            return self.created_serializer_class
        return super().get_serializer_class()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.query_serializer_class is None or request.method not in SAFE_METHODS:
            self._read_query(QuerySerializer)

    @cached_property
    def query(self) -> dict[str, Any]:
        """What stands after the question mark of a GET. 400 for what has no place there."""
        return self._read_query(self.query_serializer_class or QuerySerializer)

    def _read_query(self, serializer_class: type[QuerySerializer]) -> dict[str, Any]:
        sent = self.request.query_params
        if twice := [name for name, values in sent.lists() if len(values) > 1]:
            raise NotUnderstood([{"field": name, "message": TWICE} for name in twice])
        if secrets := names_of_secrets(sent.lists()):
            raise NotUnderstood([{"field": name, "message": SHORT_WORDS} for name in secrets])
        serializer = serializer_class(data=sent.dict(), context={"request": self.request})
        serializer.is_valid(raise_exception=True)
        wanted: dict[str, Any] = serializer.validated_data
        return wanted

    def get_success_headers(self, data: dict[str, Any]) -> dict[str, str]:
        """Where what was created is; `location_name` stands below this address."""
        if not self.location_name:
            return {}
        where = [*self.kwargs.values(), data[self.location_field]]
        return {"Location": reverse(self.location_name, args=where)}


class InOrganization(Resource):
    """An address within an organization; one that the actor is not in is a 404."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - an `ApiRequest`
        super().initial(request, *args, **kwargs)
        seen = Organization.objects.visible_to(request.user)
        request.organization = get_object_or_404(seen, slug=kwargs["organization"])
        request.viewer = AccessSnapshot.of(request.user, request.organization.target)
        if request.auth is None:
            take_presence(request, request._request)
        _require_entry(request)


def _require_entry(request: Any) -> None:  # noqa: ANN401 - an `ApiRequest`
    """Raise `Barred` for a person who does not come into the organization now, by session or by token."""
    proven = request.auth is not None or used_passkey(request._request)
    entry = entry_of(request.organization, request.user, used_passkey=proven)
    if entry.reason:
        raise Barred(request.organization, entry.reason)


class InPlace(InOrganization):
    """An address within an organization, or of the site's where none is named: for operators alone."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - an `ApiRequest`
        if "organization" in kwargs:
            super().initial(request, *args, **kwargs)
            return
        Resource.initial(self, request, *args, **kwargs)
        require_operator(request.user)
        request.organization, request.viewer = None, request.user
        if request.auth is None:
            take_presence(request, request._request)

    @property
    def organization(self) -> Organization | None:
        return self.request.organization

    def asked(self, name: str) -> UUID:
        """What the address says under this name, to which the site's addresses add `site_`."""
        found: UUID = self.kwargs[name if self.organization else f"site_{name}"]
        return found


class ReauthenticatedDestroyMixin(DestroyModelMixin):
    """DELETE of what takes more with it. As on its page, a browser's session is not enough: the password
    has to have been given just now. A token proves itself with every request.
    """

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        require_proof(request)
        return super().destroy(request, *args, **kwargs)


def require_proof(request: Request) -> None:
    """Raise unless a session's password was given just now; a token proves itself with every request."""
    if request.auth is None:
        require_fresh_sign_in(request._request)


class Nowhere(Resource):
    """Any address that is not there: 401 or 404, never a page."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Whatever stands after the question mark.
        GenericAPIView.initial(self, request, *args, **kwargs)
        raise Http404
