"""Who is asking: the one place that says what is believed of a request. Pure.

A proxy that is trusted says where its client is and how it came; nobody else does. Of the two headers
that can say so, `X-Forwarded-For` and `Forwarded` (RFC 7239), exactly the one that is configured is read.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from console.correlation import NONE, Correlation, read_correlation
from console.networks import contain, read_address

X_FORWARDED_FOR, FORWARDED = "X-Forwarded-For", "Forwarded"
# Stands before the path of a socket, and alone for whoever connects to one.
UNIX = "unix:"
# How the sentence about what is missing begins.
SEND = "The proxy has to send"
SCHEMES = {"http", "https"}
# Of addresses that come one after the other; clients begin them with what they like.
LONGEST_CHAIN = 2000
# An address as proxies write it, with or without brackets and port.
HOP = re.compile(r"\[(?P<bracketed>[^\]]+)\](?::\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}|(?P<bare>.+)")
# One `name=value` of a Forwarded element; the value is a token or a quoted string without escapes.
PAIR = re.compile(r'\s*([A-Za-z]+)=("[^"\\]*"|[^\s";,=]+)\s*')


class ProxyFault(Exception):
    """A request did not come as it should; the message is a sentence that says what is missing."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """Whose word counts: `networks` as `console.networks.normalize` writes them, and Unix sockets."""

    networks: str = ""
    unix: bool = False
    header: str = X_FORWARDED_FOR

    def trust(self, peer: str) -> bool:
        """Whether `peer`, an address or empty for a Unix socket, is one of them."""
        return contain(self.networks, peer) if peer else self.unix


@dataclass(frozen=True, slots=True)
class Caller:
    """What is believed: the client's address, and how it reached the outermost trusted proxy.

    `scheme` is empty where a trusted proxy did not say it. What the request is called is the proxy's word.
    """

    address: str
    scheme: str
    proxied: bool
    correlation: Correlation = NONE


def identify(peer: str, headers: Mapping[str, str], proxies: Proxies) -> Caller:
    """The caller behind `peer`. Raises `ProxyFault` where a trusted proxy does not say who its client is."""
    if not proxies.trust(peer):
        return Caller(_normal(peer), "http", proxied=False)
    chain = headers.get(proxies.header.lower(), "")
    if len(chain) > LONGEST_CHAIN:
        raise ProxyFault(f"{SEND} {proxies.header} with at most {LONGEST_CHAIN} characters.")
    if proxies.header == FORWARDED:
        address, scheme = _forwarded(chain, proxies)
    else:
        address = _outermost(chain, proxies)
        scheme = headers.get("x-forwarded-proto", "").strip().lower()
    scheme = scheme if scheme in SCHEMES else ""
    return Caller(address, scheme, proxied=True, correlation=read_correlation(headers))


def neighbour(peer: str, headers: Mapping[str, str], proxies: Proxies) -> Caller:
    """Whoever connected, asking for itself: nothing it says of a client is read."""
    known = correlation_of(peer, headers, proxies)
    return Caller(_normal(peer), "http", proxied=proxies.trust(peer), correlation=known)


def correlation_of(peer: str, headers: Mapping[str, str], proxies: Proxies) -> Correlation:
    """What the request is called, where whoever connected may say so."""
    return read_correlation(headers) if proxies.trust(peer) else NONE


def forwarded_client(chain: str, proxies: Proxies) -> str:
    """The client in an X-Forwarded-For value that a trusted proxy sent. Raises `ProxyFault`."""
    if len(chain) > LONGEST_CHAIN:
        raise ProxyFault(f"{SEND} {X_FORWARDED_FOR} with at most {LONGEST_CHAIN} characters.")
    return _outermost(chain, proxies)


@functools.lru_cache(maxsize=4096)
def _normal(text: str) -> str:
    return str(read_address(text) or "")


@functools.lru_cache(maxsize=4096)
def _outermost(chain: str, proxies: Proxies) -> str:
    """The client in an X-Forwarded-For value: from the right, the first that is not a trusted proxy."""
    address = ""
    for hop in reversed([hop for hop in map(str.strip, chain.split(",")) if hop]):
        address = _read_hop(hop, X_FORWARDED_FOR)
        if not proxies.trust(address):
            break
    if not address:
        raise ProxyFault(f"{SEND} {X_FORWARDED_FOR} with the address of its client.")
    return address


@functools.lru_cache(maxsize=4096)
def _forwarded(chain: str, proxies: Proxies) -> tuple[str, str]:
    """Client and scheme in a Forwarded value, from the right as well."""
    address = scheme = ""
    for element in reversed(_elements(chain)):
        address = _read_hop(element.get("for", ""), FORWARDED)
        scheme = element.get("proto", "").lower()
        if not proxies.trust(address):
            break
    if not address:
        raise ProxyFault(f"{SEND} {FORWARDED} with for= and the address of its client.")
    return address, scheme


def _elements(chain: str) -> list[dict[str, str]]:
    """The elements of a Forwarded value, each as its pairs. Of one that cannot be read nothing is kept."""
    elements = []
    for element in filter(str.strip, chain.split(",")):
        pairs = [PAIR.fullmatch(pair) for pair in element.split(";") if pair.strip()]
        readable = all(pairs)
        elements.append(
            {pair[1].lower(): pair[2].strip('"') for pair in pairs if pair} if readable else {}
        )
    return elements


def _read_hop(text: str, header: str) -> str:
    found = HOP.fullmatch(text)
    address = _normal(found["bracketed"] or found["v4"] or found["bare"]) if found else ""
    if not address:
        said = text[:60]
        raise ProxyFault(
            f"{SEND} {header} with an address that can be read, which {said!r} is not."
        )
    return address
