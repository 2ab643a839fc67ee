"""What an address does, said once: decorators that read, answer, and write the schema.

A view's method gets `values` (the body) or `wanted` (the query) as they were declared and returns a
thing; how that becomes JSON, with which status, and how OpenAPI describes it follows from here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.shapes import Answer, Filters, Input, Query, page_shape
from console.paging import COUNT_LIMIT, CURSOR, Order, address, page_of
from console.reauthentication import fresh_sign_in

Method = Callable[..., Any]
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, description="Where it is.", response=[201]
)


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a list, their order, and how a page of them is shown.

    `ahead` stands before the rows of the first page; `then` is the query of what follows the last one.
    """

    rows: QuerySet[Any]
    order: Order
    shown: Callable[[Sequence[Any]], Sequence[Any]] = field(default=lambda rows: rows)
    ahead: Sequence[Any] = ()
    then: dict[str, str] = field(default_factory=dict)


def shows(answer: type[Answer]) -> Callable[[Method], Method]:
    """GET: one thing."""
    return _operation(200, answer)


def lists(answer: type[Answer], filters: type[Filters] = Filters) -> Callable[[Method], Method]:
    """GET: a page of a `Listing`, of which `wanted` says which."""

    def decorate(call: Method) -> Method:
        @extend_schema(parameters=[filters], responses=page_shape(answer))
        @wraps(call)
        def operation(view: Any, request: Request, **where: Any) -> Response:  # noqa: ANN401 - any view
            wanted = filters(data=request.query_params.dict()).wanted()
            listing = call(view, request, wanted=wanted, **_beside(where))
            return Response(_page(request, listing, answer, wanted["limit"]))

        return operation

    return decorate


def _page(request: Request, listing: Listing, answer: type[Answer], limit: int) -> dict[str, Any]:
    page = page_of(listing.rows, listing.order, request.GET, ("", ""), size=limit)
    ahead = [] if request.GET.get(CURSOR) else listing.ahead
    rows = [*ahead, *listing.shown(page.rows)]
    following = address(request.GET, cursor="", **listing.then) if listing.then else ""
    is_whole = page.count <= COUNT_LIMIT and not listing.then
    return {
        "results": answer(rows, many=True, context={"request": request}).data,
        "next": _absolute(request, page.next_url or following),
        "previous": _absolute(request, page.previous_url),
        "count": page.count + len(listing.ahead) if is_whole else None,
    }


def _absolute(request: Request, query: str) -> str | None:
    return f"{settings.ROSTER_ORIGIN}{request.path}{query}" if query else None


def creates(
    answer: type[Answer], takes: type[Input], at: Callable[[Any], str]
) -> Callable[[Method], Method]:
    """POST: makes a thing from `values`; `at` says its path."""
    return _operation(201, answer, takes, at)


def changes(answer: type[Answer], takes: type[Input]) -> Callable[[Method], Method]:
    """PATCH: changes what `values` names and nothing else, by one service, which takes just that."""
    return _operation(200, answer, takes)


def does(answer: type[Answer], takes: type[Input], status: int = 200) -> Callable[[Method], Method]:
    """POST: does something that is no thing of its own."""
    return _operation(status, answer, takes)


def ends(call: Method) -> Method:
    """DELETE: ends a thing for good."""
    return _operation(204)(call)


def ends_with_much(call: Method) -> Method:
    """DELETE: ends a thing with all that hangs on it. As on its page, a browser's session is not enough:
    the password has to have been given just now. A token proves itself with every request.
    """

    @wraps(call)
    def confirmed(view: Any, request: Request, **where: Any) -> Any:  # noqa: ANN401 - any view and thing
        if request.auth is None:
            _confirmed_just_now(request._request)
        return call(view, request, **where)

    return _operation(204)(confirmed)


@fresh_sign_in
def _confirmed_just_now(request: HttpRequest) -> None:
    """Raises unless the session's password was given just now."""


def asks(answer: type[Answer], filters: type[Query]) -> Callable[[Method], Method]:
    """GET: answers a question that the query asks."""

    def decorate(call: Method) -> Method:
        @extend_schema(parameters=[filters], responses=answer)
        @wraps(call)
        def operation(view: Any, request: Request, **where: Any) -> Response:  # noqa: ANN401 - any view
            wanted = filters(data=request.query_params.dict()).wanted()
            found = call(view, request, wanted=wanted, **_beside(where))
            return Response(answer(found, context={"request": request}).data)

        return operation

    return decorate


def _operation(
    status: int,
    answer: type[Answer] | None = None,
    takes: type[Input] | None = None,
    at: Callable[[Any], str] | None = None,
) -> Callable[[Method], Method]:
    described = answer or OpenApiResponse(description="It has ended.")
    parameters = [LOCATION] if at else []

    def decorate(call: Method) -> Method:
        @extend_schema(request=takes, responses={status: described}, parameters=parameters)
        @wraps(call)
        def operation(view: Any, request: Request, **where: Any) -> Response:  # noqa: ANN401 - any view
            values = {"values": read(takes, request)} if takes else {}
            made = call(view, request, **values, **_beside(where))
            body = answer(made, context={"request": request}).data if answer else None
            return Response(body, status, headers={"Location": at(made)} if at else None)

        return operation

    return decorate


def _beside(where: dict[str, Any]) -> dict[str, Any]:
    """What of the address a method still needs: the organization is `request.organization`."""
    return {name: value for name, value in where.items() if name != "organization"}


def read(takes: type[Input], request: Request) -> dict[str, Any]:
    """The body as `takes` declares it; what a PATCH leaves out is left out."""
    body = takes(data=request.data, partial=request.method == "PATCH", context={"request": request})
    body.is_valid(raise_exception=True)
    values: dict[str, Any] = body.validated_data
    return values
