"""The front: plain functions ahead of Django, by exact path, and every duty that they share.

Nothing of Django's request machinery runs here: no middleware, no session, no signals. What a page
gets from that machinery and a plain function still needs stands in this module, and only here.
"""

import binascii
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from console import measures
from console.databases.faults import is_out_of_reach
from console.errors import RETRY_AFTER_SECONDS, TooMany, note_out_of_reach
from console.failures import Failures
from console.http import RequestContext, current, new_request_id
from console.serving.answers import Answer
from console.serving.callers import Caller, identify, neighbour
from console.serving.heads import Head

Headers = tuple[tuple[str, str], ...]

MAX_BODY = 64 * 1024
# All below this is for programs, and counted as one where there is nothing.
SERVICES = "/service/"
BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # token68 (RFC 9110, 11.2)
FIXED_HEADERS = (
    (b"Content-Security-Policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"Referrer-Policy", b"no-referrer"),
    (b"X-Content-Type-Options", b"nosniff"),
    (b"X-Frame-Options", b"DENY"),
)
# The same encoder each time: `json.dumps` makes a new one for other separators than its own.
to_json = json.JSONEncoder(separators=(",", ":")).encode


class Refused(Exception):
    """The request ends here with a 4xx. `code` is the registry protocol's error code."""

    def __init__(self, status: int, code: str, message: str, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers


@dataclass(slots=True)
class Basic:
    """User name and password of an Authorization header (RFC 7617)."""

    username: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Bearer:
    """The token of an Authorization header (RFC 6750)."""

    token: str = field(repr=False)


@dataclass(slots=True)
class FrontRequest:
    """One request. `query` is as it came; `method` is never HEAD (that is GET without the body).

    `proxied` is whether a listed proxy sent it.
    """

    method: str
    path: str
    query: str
    body: bytes
    address: str
    headers: Mapping[str, str] = field(repr=False)
    proxied: bool = False

    def header(self, name: str) -> str:
        """The value of a header, empty when it did not come."""
        return self.headers.get(name.lower(), "")

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters, in lower case."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def authorization(self) -> Basic | Bearer | None:
        """What the Authorization header says, `None` when there is none.

        Raises `Refused` for one that is malformed or came twice: it is never the same as none.
        """
        value = self.headers.get("authorization")
        return None if value is None else parse_authorization(value)


@dataclass(slots=True)
class FrontResponse:
    """One answer; the front adds the headers that all of them have."""

    status: int
    body: bytes
    headers: Headers = ()
    content_type: str = "application/json"
    # How long anybody may keep it; nobody keeps an answer that says nothing of it.
    cached_seconds: int = 0


Call = Callable[[FrontRequest], FrontResponse]


@dataclass(frozen=True, slots=True)
class Handler:
    """A function of the front, and which methods it answers.

    Probes and scrapers come straight to the port, past every proxy: where `anonymous`, nobody is asked
    who they are. What waits for nothing at all is `immediate`, and answered while every thread is busy.
    Where `for_proxies`, a proxy asks for itself: who its client is, is part of its question.
    """

    call: Call
    methods: frozenset[str]
    anonymous: bool = False
    immediate: bool = False
    for_proxies: bool = False

    @property
    def allow(self) -> str:
        """The value of the Allow header."""
        also = {"HEAD"} if "GET" in self.methods else set()
        return ", ".join(sorted(self.methods | also))


def methods(
    *names: str, anonymous: bool = False, immediate: bool = False, for_proxies: bool = False
) -> Callable[[Call], Handler]:
    """Make a function a `Handler` for these methods."""
    return lambda call: Handler(call, frozenset(names), anonymous, immediate, for_proxies)


def routes() -> dict[str, Handler]:
    """The handlers of `settings.FRONT_ROUTES` by their path."""
    return {path: import_string(name) for path, name in settings.FRONT_ROUTES.items()}


@methods("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", anonymous=True, immediate=True)
def nowhere(request: FrontRequest) -> FrontResponse:
    """What a registry's client reads of an address that there is not below `SERVICES`."""
    message = "there is nothing at this address; the token service is at /service/token"
    return error(404, "NOT_FOUND", message)


def handler_at(handlers: Mapping[str, Handler], path: str) -> Handler | None:
    """What answers at `path`; `None` is for pages."""
    return handlers.get(path) or (nowhere if path.startswith(SERVICES) else None)


def json_response(status: int, document: Mapping[str, Any], headers: Headers = ()) -> FrontResponse:
    """`document` as a JSON answer."""
    return FrontResponse(status, to_json(document).encode(), headers)


def error(status: int, code: str, message: str, headers: Headers = ()) -> FrontResponse:
    """An error in the shape that registry clients print (distribution specification)."""
    return json_response(status, {"errors": [{"code": code, "message": message}]}, headers)


def challenge() -> Headers:
    """The header of a 401."""
    return (("WWW-Authenticate", f'Basic realm="{settings.ROSTER_ORIGIN}", charset="UTF-8"'),)


def parse_authorization(value: str) -> Basic | Bearer:
    """The one strict grammar: one scheme, one space, one value and nothing around it.

    No tab and no comma is in any value, and a server that joins repeated headers joins them with a
    comma, so a repeated one is refused as well. Raises `Refused` (401).
    """
    scheme, _, token = value.partition(" ")
    match scheme.lower():
        case "basic":
            return _basic(token)
        case "bearer" if BEARER.fullmatch(token):
            return Bearer(token)
    raise _malformed()


def _malformed() -> Refused:
    message = "the Authorization header is malformed, or came twice"
    return Refused(401, "UNAUTHORIZED", message, challenge())


def _basic(token: str) -> Basic:
    """RFC 7617; strict base64 has no white space and nothing after its padding."""
    try:
        text = binascii.a2b_base64(token, strict_mode=True).decode()
    except ValueError as fault:
        raise _malformed() from fault
    username, colon, password = text.partition(":")
    if not colon or not text.isprintable():
        raise _malformed()
    return Basic(username, password)


def caller_of(handler: Handler, head: Head) -> Caller:
    """Who asks. Raises `ProxyFault` where a proxy has to say who its client is, and does not."""
    find = neighbour if handler.for_proxies else identify
    return find(head.peer, head.headers, settings.PROXIES)


def _request(handler: Handler, head: Head, body: bytes, caller: Caller) -> FrontRequest:
    method = "GET" if head.method == "HEAD" else head.method
    if method not in handler.methods:
        allow = (("Allow", handler.allow),)
        raise Refused(405, "UNSUPPORTED", "this address does not answer that method", allow)
    return FrontRequest(
        method, head.target, head.query, body, caller.address, head.headers, caller.proxied
    )


failures = Failures(structlog.get_logger("roster.front"))


def _call(handler: Handler, head: Head, body: bytes, caller: Caller) -> FrontResponse:
    try:
        return handler.call(_request(handler, head, body, caller))
    except Refused as refused:
        return error(refused.status, refused.code, refused.message, refused.headers)
    except TooMany as busy:
        retry = (("Retry-After", str(busy.retry_after)),)
        return error(429, "TOOMANYREQUESTS", str(busy), retry)
    except Exception as fault:  # noqa: BLE001 - whatever it was, the answer is never a yes
        if is_out_of_reach(fault):
            note_out_of_reach(fault)
        else:
            failures.log("failure", route=head.target, exc_info=fault)
        return unavailable()


def unavailable() -> FrontResponse:
    """The answer while something that is needed does not answer."""
    retry = (("Retry-After", str(RETRY_AFTER_SECONDS)),)
    return error(503, "UNAVAILABLE", "this cannot be answered now; try again", retry)


def _headers(response: FrontResponse, request_id: str) -> list[tuple[bytes, bytes]]:
    kept = f"public, max-age={response.cached_seconds}" if response.cached_seconds else "no-store"
    varying: Headers = (
        ("Cache-Control", kept),
        ("Content-Type", response.content_type),
        ("Content-Length", str(len(response.body))),
        ("X-Request-ID", request_id),
        *response.headers,
    )
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in varying]
    strict = [(b"Strict-Transport-Security", settings.HSTS.encode())] if settings.HSTS else []
    return [*FIXED_HEADERS, *encoded, *strict]


def complete(head: Head, response: FrontResponse, request_id: str, started: float) -> Answer:
    """The answer with what all of them have, counted. `started` is of `time.perf_counter`."""
    is_known = head.target in settings.FRONT_ROUTES
    route = head.target if is_known else SERVICES
    measures.observe(route, response.status, time.perf_counter() - started)
    headers = _headers(response, request_id)
    return Answer(response.status, headers, response.body, has_body=head.method != "HEAD")


def answer(handler: Handler, head: Head, body: bytes, caller: Caller) -> Answer:
    """Answer one request of the front."""
    started = time.perf_counter()
    context = RequestContext(caller.request_id or new_request_id(), caller.address)
    token = current.set(context)
    try:
        response = _call(handler, head, body, caller)
    finally:
        current.reset(token)
    return complete(head, response, context.request_id, started)
