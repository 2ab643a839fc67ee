"""URLs that people type for Roster to send requests to: what they may be. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import idna

from console.hosts import MOST_PORT, is_address, is_host

MOST_CHARACTERS = 2000
HTTPS_PORT = 443
# What ends in a number is an IPv4 address for some programs, as 127.1, 0x7f.1 or 2130706433 are.
ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?")
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: a name in ASCII or an address without brackets, a port, and path with query."""

    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == HTTPS_PORT else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """How people are told of it."""
        return _said(self.authority)


def read_place(url: str) -> Place:
    """Where `url` leads; raises `ValueError` with a sentence if Roster sends nothing to such a one."""
    if len(url) > MOST_CHARACTERS:
        raise ValueError(f"A URL has at most {MOST_CHARACTERS} characters.")
    if not url.isprintable() or re.search(r"[\s\\]", url):
        raise ValueError("The URL has a blank, a backslash or a character that nobody can see.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"{_said(url)} is no URL, like https://example.com/path.") from None
    _require_plain(url, parts)
    return Place(_host(parts), _port(parts, port), _target(parts))


def _require_plain(url: str, parts: SplitResult) -> None:
    if parts.scheme != "https":
        raise ValueError(f"{_said(url)} does not begin with https://.")
    if "@" in parts.netloc:
        raise ValueError("The URL has a user name or a password in it. Leave them out.")
    if "#" in url:
        raise ValueError("The URL has a fragment (#), which is never sent. Leave it out.")


def _host(parts: SplitResult) -> str:
    if "%" in parts.netloc:
        raise ValueError(f"{_said(parts.netloc)} has a % in it, which is in no host's name.")
    name = _in_ascii(parts.hostname or "")
    if is_address(name):
        return name
    if ENDS_IN_NUMBER.fullmatch(name):
        raise ValueError(f"{_said(name)} is no address. Write one like 192.0.2.7.")
    if "[" in parts.netloc or not is_host(name):
        raise ValueError(f"{_said(parts.netloc)} is no host, like example.com.")
    return name


def _in_ascii(host: str) -> str:
    """The name as DNS has it (IDNA 2008, characters mapped as UTS 46 says), in lower case."""
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode()
    except UnicodeError:
        raise ValueError(f"{_said(host)} cannot be the name of a host.") from None


def _port(parts: SplitResult, port: int | None) -> int:
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError(f"The port in {_said(parts.netloc)} is no number from 1 to {MOST_PORT}.")
    return port or HTTPS_PORT


def _target(parts: SplitResult) -> str:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii():
        raise ValueError("Characters outside ASCII in a path are written with %, like %C3%BC.")
    return target


def _said(text: str) -> str:
    return f"“{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}”"
