"""The typed request, and what is known about the request that is being answered."""

import random
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from console.correlation import trace_id_of
from console.permissions.snapshots import AccessSnapshot


@dataclass(slots=True)
class RequestContext:
    """What the audit log and the error pages say about a request."""

    request_id: str = ""
    address: str = ""
    # Of the W3C, as a trusted proxy sent it.
    traceparent: str = ""
    # What the client calls itself.
    agent: str = ""
    # Of the token that whoever asks came with.
    access_id: UUID | None = None
    arrived_at: datetime | None = None

    @property
    def trace_id(self) -> str:
        """The ID of the trace that the request is part of; empty without one."""
        return trace_id_of(self.traceparent)


# Where the environment of a page's request says its ID, its trace, and when all of it was there.
REQUEST_ID = "roster.request_id"
TRACEPARENT = "roster.traceparent"
ARRIVED_AT = "roster.arrived_at"
LONGEST_AGENT = 300
NOTHING = RequestContext()
current: ContextVar[RequestContext] = ContextVar("request_context", default=NOTHING)


class Visit(Protocol):
    """What a page's request and the API's have in common: who asks, and where."""

    user: Any
    organization: Any
    viewer: AccessSnapshot


class Request(HttpRequest):
    """A signed-in request as our views see it. `user` is an actor; `organization`, and `viewer` (the user's
    rights there, gathered once for reading), are set within one."""

    user: Any
    htmx: HtmxDetails
    organization: Any
    viewer: AccessSnapshot
    section: str
    # What the organization's sign-in rules mean for whoever asks.
    entry: Any
    # What of the address a list could not read.
    unreadable: list[Any]
    # Those of the account menu, once they were asked for.
    listed_organizations: list[Any]


def new_request_id() -> str:
    """An identifier for one request, safe to show and to log. Unique, not hard to guess."""
    return f"{random.getrandbits(128):032x}"


def _context_of(request: HttpRequest) -> RequestContext:
    return RequestContext(
        request.META.get(REQUEST_ID) or new_request_id(),
        request.META.get("REMOTE_ADDR", ""),
        request.META.get(TRACEPARENT, ""),
        request.META.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT],
        arrived_at=request.META.get(ARRIVED_AT) or timezone.now(),
    )


def request_context(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: know each request by its ID and its client's address, and answer with the ID.

    Both were found by `console.serving.callers` and stand in the environment as CGI names them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        token = current.set(_context_of(request))
        try:
            response = get_response(request)
            response["X-Request-ID"] = current.get().request_id
            # Pages are for one person; static files say themselves how long they keep.
            response.headers.setdefault("Cache-Control", "private, no-store")
            patch_vary_headers(response, ["HX-Request"])
        finally:
            current.reset(token)
        return response

    return middleware
