"""The front: plain functions ahead of Django, by exact path, what they are asked and what they answer."""

import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.utils.module_loading import import_string

Headers = tuple[tuple[str, str], ...]

MAX_BODY = 64 * 1024
# All below this is for programs, and counted as one where there is nothing.
SERVICES = "/service/"
BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # token68 (RFC 9110, 11.2)
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

    `proxied` is whether a listed proxy sent it; of an `oversized` one the body was too long and is not here.
    """

    method: str
    path: str
    query: str
    body: bytes
    address: str
    headers: Mapping[str, str] = field(repr=False)
    proxied: bool = False
    oversized: bool = False

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
    Where `for_proxies`, a proxy, or what stands beside it, asks for itself: who its client is, is part of its
    question.
    A body of more than `most_body` bytes is refused; where `skips_oversized`, the call hears of it instead.
    What `changes` something besides counters is refused while no changes are taken.
    What `at_once` finds without waiting for anything needs no thread; it may raise whatever it likes.
    """

    call: Call
    methods: frozenset[str]
    anonymous: bool = False
    immediate: bool = False
    for_proxies: bool = False
    most_body: int = MAX_BODY
    skips_oversized: bool = False
    changes: bool = False
    at_once: Callable[[FrontRequest], FrontResponse | None] | None = None

    @property
    def allow(self) -> str:
        """The value of the Allow header."""
        also = {"HEAD"} if "GET" in self.methods else set()
        return ", ".join(sorted(self.methods | also))


class Options(TypedDict, total=False):
    """What else a `Handler` is."""

    anonymous: bool
    immediate: bool
    for_proxies: bool
    most_body: int
    skips_oversized: bool
    changes: bool


def methods(*names: str, **options: Unpack[Options]) -> Callable[[Call], Handler]:
    """Make a function a `Handler` for these methods."""
    return lambda call: Handler(call, frozenset(names), **options)


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
