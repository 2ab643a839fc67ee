"""The typed request, and what is known about the request that is being answered."""

import functools
import random
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from console.networks import read_address
from console.permissions import Glance


@dataclass(slots=True)
class RequestContext:
    """What the audit log and the error pages say about a request."""

    request_id: str = ""
    address: str = ""
    # Of the token that whoever asks came with.
    access_id: UUID | None = None


NOTHING = RequestContext()
current: ContextVar[RequestContext] = ContextVar("request_context", default=NOTHING)


class Visit(Protocol):
    """What a page's request and the API's have in common: who asks, and where."""

    user: Any
    organization: Any
    viewer: Glance


class Request(HttpRequest):
    """A signed-in request as our views see it. `user` is an actor; `organization`, and `viewer` (the user's
    rights there, gathered once for reading), are set within one."""

    user: Any
    htmx: HtmxDetails
    organization: Any
    viewer: Glance
    section: str


def client_address(remote: str, forwarded: str) -> str:
    """The client's address: the hop before the trusted proxies, else who connected.

    `remote` is the peer's address, `forwarded` the X-Forwarded-For value. Only as many hops from the
    right are believed as `ROSTER_TRUSTED_PROXIES` says; anything that is no address is dropped.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] + [remote]
    depth = settings.ROSTER_TRUSTED_PROXIES
    candidate = hops[-1 - depth] if depth < len(hops) else hops[0] if depth else remote
    return _as_address(candidate)


@functools.lru_cache(maxsize=4096)
def _as_address(text: str) -> str:
    return str(read_address(text) or "")


def new_request_id() -> str:
    """An identifier for one request, safe to show and to log. Unique, not hard to guess."""
    return f"{random.getrandbits(128):032x}"


def request_context(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: give each request an ID and its client's address, and answer with the ID."""

    def middleware(request: HttpRequest) -> HttpResponse:
        address = client_address(
            request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
        )
        token = current.set(RequestContext(new_request_id(), address))
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
