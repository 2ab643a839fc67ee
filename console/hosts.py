"""What may stand where a host is named. Pure."""

import ipaddress
import re

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST_NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*")
PLACE = re.compile(r"(?P<host>\[[^\]]+\]|[^:\[\]]+)(?::(?P<port>[0-9]{1,5}))?")
MOST_PORT = 65_535


def is_place(text: str) -> bool:
    """Whether it is a host and perhaps a port; an IPv6 address in brackets."""
    found = PLACE.fullmatch(text)
    return found is not None and is_host(found["host"]) and 0 < int(found["port"] or 1) <= MOST_PORT


def is_host(text: str) -> bool:
    """Whether it is a name or an address, without a port."""
    if text.startswith("["):
        return is_address(text[1:-1]) and ":" in text
    # What looks like an IPv4 address has to be one.
    return is_address(text) if re.fullmatch(r"[0-9.]+", text) else _is_name(text)


def _is_name(text: str) -> bool:
    return len(text) <= 253 and bool(HOST_NAME.fullmatch(text))


def is_address(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address, without a zone."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
