"""The front: plain functions mounted ahead of Django by exact path, and every duty they share.

Nothing of Django's request machinery runs here: no middleware, no session, no signals. What a page
gets from that machinery and a plain function still needs stands in this module, and only here.
"""

import binascii
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from console import measures
from console.errors import TooMany
from console.http import RequestContext, client_address, current, new_request_id

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, Any], Iterable[bytes]]
Headers = tuple[tuple[str, str], ...]

MAX_BODY = 64 * 1024
RETRY_AFTER_SECONDS = 2
SILENT_SECONDS = 1.0
BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # token68 (RFC 9110, 11.2)
FIXED_HEADERS: Headers = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
# The same encoder each time: `json.dumps` makes a new one for other separators than its own.
to_json = json.JSONEncoder(separators=(",", ":")).encode
STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}

logger = structlog.get_logger("roster.front")


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
    """One request. `query` is as it came; `method` is never HEAD (that is GET without the body)."""

    method: str
    path: str
    query: str
    body: bytes
    address: str
    environ: Environ = field(repr=False)

    def header(self, name: str) -> str:
        """The value of a header, empty when it did not come."""
        value: str = self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
        return value

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters, in lower case."""
        value: str = self.environ.get("CONTENT_TYPE", "")
        return value.partition(";")[0].strip().lower()

    @property
    def authorization(self) -> Basic | Bearer | None:
        """What the Authorization header says, `None` when there is none.

        Raises `Refused` for one that is malformed or came twice: it is never the same as none. A
        server hands over what it could not decode as an empty value, which is malformed, too.
        """
        value = self.environ.get("HTTP_AUTHORIZATION")
        return None if value is None else parse_authorization(value)


@dataclass(slots=True)
class FrontResponse:
    """One answer; the front adds the headers that all of them have."""

    status: int
    body: bytes
    headers: Headers = ()
    content_type: str = "application/json"


Call = Callable[[FrontRequest], FrontResponse]


@dataclass(frozen=True, slots=True)
class Handler:
    """A function of the front, and which methods it answers."""

    call: Call
    methods: frozenset[str]

    @property
    def allow(self) -> str:
        """The value of the Allow header."""
        also = {"HEAD"} if "GET" in self.methods else set()
        return ", ".join(sorted(self.methods | also))


def methods(*names: str) -> Callable[[Call], Handler]:
    """Make a function a `Handler` for these methods."""
    return lambda call: Handler(call, frozenset(names))


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


def read_body(environ: Environ) -> bytes:
    """The whole body, whether its length was declared or it came in chunks; 413 past `MAX_BODY`."""
    declared = environ.get("CONTENT_LENGTH") or "0"
    if not (declared.isascii() and declared.isdigit()):
        raise Refused(400, "SIZE_INVALID", "Content-Length is not a number")
    if len(declared) > len(str(MAX_BODY)) or int(declared) > MAX_BODY:
        raise _too_large()
    # Where the server marks the end of the input, a body in chunks has no declared length.
    wanted = MAX_BODY + 1 if environ.get("wsgi.input_terminated") else int(declared)
    body = _read(environ["wsgi.input"].read, wanted)
    if len(body) > MAX_BODY:
        raise _too_large()
    return body


def _read(read: Callable[[int], bytes], wanted: int) -> bytes:
    parts: list[bytes] = []
    while wanted > 0 and (part := read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _too_large() -> Refused:
    return Refused(413, "SIZE_INVALID", f"the body may have at most {MAX_BODY} bytes")


def _request(handler: Handler, environ: Environ, address: str) -> FrontRequest:
    method = environ["REQUEST_METHOD"]
    method = "GET" if method == "HEAD" else method
    if method not in handler.methods:
        allow = (("Allow", handler.allow),)
        raise Refused(405, "UNSUPPORTED", "this address does not answer that method", allow)
    body = b"" if method == "GET" else read_body(environ)
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    return FrontRequest(method, path, query, body, address, environ)


class _Failures:
    """Says at most once a second what fails: without its database a busy server fails all the time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.silent_until, self.silent = 0.0, 0

    def log(self, route: str, fault: Exception) -> None:
        with self.lock:
            now = time.monotonic()
            if now < self.silent_until:
                self.silent += 1
                return
            since, self.silent, self.silent_until = self.silent, 0, now + SILENT_SECONDS
        logger.error("failure", route=route, not_logged=since, exc_info=fault)


failures = _Failures()


def _call(handler: Handler, environ: Environ, address: str) -> FrontResponse:
    try:
        return handler.call(_request(handler, environ, address))
    except Refused as refused:
        return error(refused.status, refused.code, refused.message, refused.headers)
    except TooMany as busy:
        retry = (("Retry-After", str(busy.retry_after)),)
        return error(429, "TOOMANYREQUESTS", str(busy), retry)
    except Exception as fault:  # noqa: BLE001 - whatever it was, the answer is never a yes
        failures.log(environ["PATH_INFO"], fault)
        retry = (("Retry-After", str(RETRY_AFTER_SECONDS)),)
        return error(503, "UNAVAILABLE", "this cannot be answered now; try again", retry)


def _headers(response: FrontResponse, request_id: str) -> list[tuple[str, str]]:
    headers = [
        *FIXED_HEADERS,
        ("Content-Type", response.content_type),
        ("Content-Length", str(len(response.body))),
        ("X-Request-ID", request_id),
        *response.headers,
    ]
    if settings.SECURE:
        headers.append(
            ("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload")
        )
    return headers


def answer(handler: Handler, environ: Environ, start_response: StartResponse) -> list[bytes]:
    """Answer one request of the front."""
    started = time.perf_counter()
    address = client_address(
        environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
    )
    context = RequestContext(new_request_id(), address)
    token = current.set(context)
    try:
        response = _call(handler, environ, address)
    finally:
        current.reset(token)
    start_response(STATUS_LINES[response.status], _headers(response, context.request_id))
    measures.observe(environ["PATH_INFO"], response.status, time.perf_counter() - started)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body]


def mount(pages: Application) -> Application:
    """`pages` (Django) with the routes of `settings.FRONT_ROUTES` ahead of it."""
    handlers: dict[str, Handler] = {
        path: import_string(name) for path, name in settings.FRONT_ROUTES.items()
    }

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        handler = handlers.get(environ["PATH_INFO"])
        if handler is None:
            return pages(environ, start_response)
        return answer(handler, environ, start_response)

    return application
