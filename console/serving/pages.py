"""Django behind the server: the environment of a page's request, and its answer a piece at a time."""

import io
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.utils import timezone

from console.http import ARRIVED_AT, REQUEST_ID, TRACEPARENT
from console.serving.answers import Answer, Headers, gather
from console.serving.callers import FORWARDED, SEND, Caller, ProxyFault, identify
from console.serving.heads import Head

Environ = dict[str, Any]
Pages = Callable[[Environ, Any], Iterable[bytes]]
# What says where a request came from was read and is believed in one form only: no other code sees it.
FORWARDING_HEADERS = {
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-forwarded-ssl",
    "x-real-ip",
    # Nobody but us reads what a request is called; what rides along with a trace is for nobody here.
    "x-request-id",
    "traceparent",
    "tracestate",
    "baggage",
}
# What CGI names without a prefix.
UNPREFIXED = {"content-type", "content-length"}
COMMON: Environ = {
    "SCRIPT_NAME": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
DEFAULT_PORTS = {"http": 80, "https": 443}


def visitor(head: Head) -> Caller:
    """Who asks for a page. Raises `ProxyFault` for what does not come as it should.

    Static files are everybody's: the page that says what is wrong needs them.
    """
    if head.target.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
        return Caller(head.peer, "http", proxied=False)
    caller = identify(head.peer, head.headers, settings.PROXIES)
    require_origin(caller, head)
    return caller


def require_origin(caller: Caller, head: Head) -> None:
    """Raise `ProxyFault` unless the request came for `ROSTER_ORIGIN`, over https, through a trusted proxy."""
    if not settings.SECURE:
        return
    if not caller.proxied:
        raise ProxyFault(
            "Requests have to come through a proxy that ROSTER_TRUSTED_PROXIES names."
            f" {caller.address or 'A socket'} is not among them."
        )
    if caller.scheme != "https":
        said = f", not {caller.scheme}" if caller.scheme else ""
        header = (
            "proto= in Forwarded" if settings.PROXIES.header == FORWARDED else "X-Forwarded-Proto"
        )
        raise ProxyFault(f"{SEND} https in {header}{said}.")
    if not is_own_host(head.header("Host")):
        raise ProxyFault(f"{SEND} Host: {own_host()} as it came from the client.")


def own_host() -> str:
    """What the Host header of a request for this installation says."""
    return urlsplit(settings.ROSTER_ORIGIN).netloc


def is_own_host(host: str) -> bool:
    """Whether a Host header names this installation; its scheme's own port may be written."""
    origin = urlsplit(settings.ROSTER_ORIGIN)
    written = {origin.netloc}
    if origin.port in {None, DEFAULT_PORTS[origin.scheme]}:
        name = origin.netloc.rpartition(":")[0] if origin.port else origin.netloc
        written |= {name, f"{name}:{DEFAULT_PORTS[origin.scheme]}"}
    return host.lower() in written


def environment(head: Head, body: bytes, size: int, caller: Caller) -> Environ:
    """The WSGI environment (PEP 3333) of a request; `size` is its body's, also where that was not read."""
    environ = COMMON | {
        "REQUEST_METHOD": head.method,
        "PATH_INFO": unquote_to_bytes(head.target).decode("latin-1"),
        "QUERY_STRING": head.query,
        "REMOTE_ADDR": caller.address,
        "CONTENT_TYPE": head.header("Content-Type"),
        "CONTENT_LENGTH": str(size),
        REQUEST_ID: caller.correlation.request_id,
        TRACEPARENT: caller.correlation.traceparent,
        ARRIVED_AT: timezone.now(),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }
    return environ | _server() | _headers(head)


def _server() -> Environ:
    origin = urlsplit(settings.ROSTER_ORIGIN)
    return {
        "SERVER_NAME": origin.hostname or "",
        "SERVER_PORT": str(origin.port or DEFAULT_PORTS[origin.scheme]),
        "wsgi.url_scheme": origin.scheme,
    }


def _headers(head: Head) -> Environ:
    named = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in head.headers.items()
        if name not in FORWARDING_HEADERS and name not in UNPREFIXED
    }
    return named | ({"HTTP_HOST": own_host()} if settings.SECURE else {})


def ask(pages: Pages, environ: Environ) -> Answer:
    """What Django answers; of a long answer as much as makes a piece, the rest when it is wanted."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        started.append((status, headers))

    response = pages(environ, start_response)
    close: Callable[[], None] = getattr(response, "close", _nothing)
    try:
        body, rest = gather(response)
    except Exception:
        close()
        raise
    status, headers = started[-1]
    has_body = environ["REQUEST_METHOD"] != "HEAD"
    return Answer(int(status[:3]), _encoded(headers), body, rest, close, has_body)


def _encoded(headers: list[tuple[str, str]]) -> Headers:
    # Django writes a cookie with a space before it.
    return [(name.encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]


def _nothing() -> None:
    """Closes an answer that holds nothing open."""
