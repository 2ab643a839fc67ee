"""The address of a server as somebody typed it: whether it is one, and whether a token may go there."""

import ipaddress
import os
from urllib.parse import SplitResult, urlsplit

import httpx

from roster.errors import Failure


def checked_origin(server: str, *, secret: bool) -> str:
    """The address without a slash at its end, refused where a secret would be readable on its way."""
    parts = _parts(server)
    insecure = parts.scheme == "http" and not _is_this_machine(str(parts.hostname))
    if secret and insecure and os.environ.get("ROSTER_INSECURE") != "1":
        raise Failure(
            f"refusing to send a token to {parts.hostname} over plain http;"
            " use https, or set ROSTER_INSECURE=1"
        )
    return server.rstrip("/")


def _parts(server: str) -> SplitResult:
    wrong = Failure(f"{server} is not the address of a server (https://roster.example.com)")
    try:
        parts = urlsplit(server)
        is_named = _is_host(parts.hostname or "") and parts.port != 0
    except (ValueError, httpx.InvalidURL):
        raise wrong from None
    more = parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in ("http", "https") or not is_named or more:
        raise wrong
    return parts


def _is_host(name: str) -> bool:
    """Whether a resolver can be asked for it; raises `ValueError` for what is no name of a host."""
    name.removesuffix(".").encode("idna")
    return (
        bool(httpx.URL(scheme="https", host=name).host) and name.isprintable() and " " not in name
    )


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
