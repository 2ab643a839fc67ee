"""Calling a function of the front: every duty that all of them share.

Nothing of Django's request machinery runs here: no middleware, no session, no signals. What a page
gets from that machinery and a plain function still needs stands in this module, and only here.
"""

import time

import structlog
from django.conf import settings

from console import measures
from console.configuration.browser_rules import BROWSER_HEADERS, PROGRAMS_POLICY
from console.correlation import Correlation
from console.errors import RETRY_AFTER_SECONDS, TooMany, is_passing, note_passing
from console.failures import Failures
from console.http import RequestContext, current, new_request_id
from console.read_only import ReadOnly, require_changes_taken
from console.serving.answers import Answer
from console.serving.callers import Caller, correlation_of, identify, neighbour
from console.serving.endpoints import (
    SERVICES,
    FrontRequest,
    FrontResponse,
    Handler,
    Headers,
    Refused,
    error,
)
from console.serving.heads import Head

FIXED_HEADERS = (
    (b"Content-Security-Policy", PROGRAMS_POLICY.encode()),
    *((name.encode(), value.encode()) for name, value in BROWSER_HEADERS.items()),
    (b"Referrer-Policy", b"no-referrer"),
    (b"X-Content-Type-Options", b"nosniff"),
    (b"X-Frame-Options", b"DENY"),
)


def caller_of(handler: Handler, head: Head) -> Caller:
    """Who asks. Raises `ProxyFault` where a proxy has to say who its client is, and does not."""
    find = neighbour if handler.for_proxies else identify
    return find(head.peer, head.headers, settings.PROXIES)


def names_of(head: Head) -> tuple[str, Correlation]:
    """What a request is called that is answered without being asked who sends it: its ID, perhaps a new
    one, and what came with it.
    """
    known = correlation_of(head.peer, head.headers, settings.PROXIES)
    return known.request_id or new_request_id(), known


def _request(handler: Handler, head: Head, body: bytes | None, caller: Caller) -> FrontRequest:
    method = "GET" if head.method == "HEAD" else head.method
    if method not in handler.methods:
        allow = (("Allow", handler.allow),)
        raise Refused(405, "UNSUPPORTED", "this address does not answer that method", allow)
    asked = (method, head.target, head.query, body or b"")
    return FrontRequest(*asked, caller.address, head.headers, caller.proxied, body is None)


failures = Failures(structlog.get_logger("roster.front"))


def _call(handler: Handler, head: Head, body: bytes | None, caller: Caller) -> FrontResponse:
    try:
        return _asked(handler, _request(handler, head, body, caller))
    except Refused as refused:
        return error(refused.status, refused.code, refused.message, refused.headers)
    except TooMany as busy:
        return error(429, "TOOMANYREQUESTS", str(busy), _later(busy.retry_after))
    except Exception as fault:  # noqa: BLE001 - whatever it was, the answer is never a yes
        if is_passing(fault):
            note_passing(fault)
        else:
            failures.log("failure", route=head.target, exc_info=fault)
        return unavailable()


def _asked(handler: Handler, request: FrontRequest) -> FrontResponse:
    try:
        if handler.changes:
            require_changes_taken()
        return handler.call(request)
    except ReadOnly as fault:
        return error(503, "UNAVAILABLE", str(fault), _later(fault.retry_after))


def too_large(handler: Handler) -> FrontResponse:
    """The answer to a body of more bytes than the handler takes."""
    return error(413, "SIZE_INVALID", f"the body may have at most {handler.most_body} bytes")


def unavailable() -> FrontResponse:
    """The answer while something that is needed does not answer."""
    words = "this cannot be answered now; try again"
    return error(503, "UNAVAILABLE", words, _later(RETRY_AFTER_SECONDS))


def _later(seconds: int) -> Headers:
    return (("Retry-After", str(seconds)),)


def _headers(response: FrontResponse, request_id: str) -> list[tuple[bytes, bytes]]:
    seconds = response.cached_seconds
    headers = [
        *FIXED_HEADERS,
        (b"Cache-Control", b"public, max-age=%d" % seconds if seconds else b"no-store"),
        (b"Content-Type", response.content_type.encode("latin-1")),
        (b"Content-Length", b"%d" % len(response.body)),
        (b"X-Request-ID", request_id.encode("latin-1")),
    ]
    headers += [(name.encode("latin-1"), text.encode("latin-1")) for name, text in response.headers]
    if settings.HSTS:
        headers.append((b"Strict-Transport-Security", settings.HSTS.encode()))
    return headers


def complete(head: Head, response: FrontResponse, request_id: str, started: float) -> Answer:
    """The answer with what all of them have, counted. `started` is of `time.perf_counter`."""
    is_known = head.target in settings.FRONT_ROUTES
    route = head.target if is_known else SERVICES
    measures.observe(route, response.status, time.perf_counter() - started)
    headers = _headers(response, request_id)
    return Answer(response.status, headers, response.body, has_body=head.method != "HEAD")


def answer_at_once(
    handler: Handler, head: Head, body: bytes | None, caller: Caller
) -> Answer | None:
    """The answer, if the loop itself may give it. Whatever is in the way, a thread finds it again."""
    if handler.at_once is None or head.method not in handler.methods:
        return None
    started = time.perf_counter()
    try:
        response = handler.at_once(_request(handler, head, body, caller))
    except Exception:  # noqa: BLE001 - the thread says what is wrong
        return None
    if response is None:
        return None
    return complete(head, response, caller.correlation.request_id or new_request_id(), started)


def answer(handler: Handler, head: Head, body: bytes | None, caller: Caller) -> Answer:
    """Answer one request of the front. Without a body, that was longer than the handler reads."""
    started = time.perf_counter()
    known = caller.correlation
    context = RequestContext(
        known.request_id or new_request_id(), caller.address, known.traceparent
    )
    token = current.set(context)
    try:
        response = _call(handler, head, body, caller)
    finally:
        current.reset(token)
    return complete(head, response, context.request_id, started)
