"""How each proxy says what was asked of it, and by whom: exactly that is believed, and nothing beside it.

nginx's `auth_request`, Traefik's ForwardAuth, Caddy's `forward_auth`, Envoy's `ext_authz` over HTTP, and the
action for HAProxy in deploy/proxies send these headers when they are set up as that folder shows.
"""

import re
from typing import NamedTuple

from django.conf import settings

from console.models import Service
from console.networks import read_address
from console.serving.callers import X_FORWARDED_FOR, ProxyFault, forwarded_client
from console.serving.endpoints import FrontRequest, Refused

METHOD = re.compile(r"[A-Z]{1,20}")
# What RFC 3986 allows in a path and a query: no fragment, no control character, no space.
URI = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]{0,4000}")


class Way(NamedTuple):
    """The names of a proxy's headers. Without one for method and URI, they come as the request's own."""

    address: str
    method: str = ""
    uri: str = ""


class Asked(NamedTuple):
    """What a client asked of the proxy; the URI is as it was sent, percent-encoded."""

    method: str
    uri: str
    address: str


FORWARDED = Way(X_FORWARDED_FOR.lower(), "x-forwarded-method", "x-forwarded-uri")
WAYS = {
    Service.Proxy.NGINX: Way("x-real-ip", "x-original-method", "x-original-uri"),
    Service.Proxy.TRAEFIK: FORWARDED,
    Service.Proxy.CADDY: FORWARDED,
    Service.Proxy.ENVOY: Way("x-envoy-external-address"),
    Service.Proxy.HAPROXY: Way("x-haproxy-address", "x-haproxy-method", "x-haproxy-uri"),
}
# Others that somebody's proxy or server believes.
ELSEWHERE = {"forwarded", "x-envoy-original-path", "x-original-url", "x-rewrite-url"}
ALL = ELSEWHERE.union(*WAYS.values()) - {""}
# Envoy's own client adds the address of Envoy, which says nothing of who asked Envoy. An address of anybody
# else is from a proxy in front of Roster, whose clients would choose what Envoy says.
BESIDE = {Service.Proxy.ENVOY: {FORWARDED.address}}


def denied(reason: str) -> Refused:
    """The 403 with its reason."""
    return Refused(403, "DENIED", reason)


def read_asked(request: FrontRequest, proxy: str, original: str | None) -> Asked:
    """What the client asked, in the words of this proxy. Raises `Refused` for any other.

    `original` is what came behind the prefix that Envoy puts before each path; `None` without one.
    """
    way = WAYS[Service.Proxy(proxy)]
    _require_alone(request, Service.Proxy(proxy), way)
    if way.method:
        if request.method != "GET" or original is not None:
            raise denied("a proxy of this kind asks in another way")
        method, uri = request.header(way.method), request.header(way.uri)
    else:
        method, uri = request.method, original or ""
    if not METHOD.fullmatch(method) or not URI.fullmatch(uri):
        raise denied("the original method and URI did not come once and well-formed")
    return Asked(method, uri, _address(request.header(way.address), way))


def _require_alone(request: FrontRequest, proxy: Service.Proxy, way: Way) -> None:
    """What no proxy says beside its own words is from somebody else."""
    if others := (ALL - set(way) - BESIDE.get(proxy, set())) & request.headers.keys():
        raise denied(f"another proxy's headers came, too: {', '.join(sorted(others))}")
    chain = request.headers.get(FORWARDED.address)
    if way is not FORWARDED and chain is not None and not _is_of_proxies(chain):
        raise denied(f"{X_FORWARDED_FOR} came with the address of somebody who is no listed proxy")


def _is_of_proxies(chain: str) -> bool:
    """Whether nobody but listed proxies stands in an X-Forwarded-For value."""
    return settings.PROXIES.trust(_address(chain, FORWARDED))


def _address(said: str, way: Way) -> str:
    try:
        if way is FORWARDED:
            return forwarded_client(said, settings.PROXIES)
        address = read_address(said)
    except ProxyFault as fault:
        raise denied(str(fault)) from fault
    if address is None:
        raise denied("the client's address did not come once and well-formed")
    return str(address)
