"""What the text of a setting may be. Each reader gives the value, or raises `ValueError` with a sentence that
says what is wrong, why, and what a right value looks like. Pure but for `folder` and `file`, which look.
"""

import ipaddress
import re
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_email_url
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.module_loading import import_string

from console.databases.connections import is_postgresql, postgresql_fault, with_hosts_apart
from console.hosts import is_address, is_host, is_place
from console.networks import normalize as networks_of
from console.serving.callers import UNIX

# Instead of a mail server: letters go nowhere, and are not printed either.
NO_MAIL = "none"
YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
# Django says so of its SECRET_KEY, and warns where one has less.
KEY_LENGTH, KEY_VARIETY = 50, 5
RANDOM_KEY = "$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')"
# sockaddr_un has room for that much of a path: unix(7).
SOCKET_PATH = 107
SHOWN = 60
MAIL_SCHEMES = {"smtp", "submission", "console"}
MAIL_SWITCHES = {"tls", "ssl"}
PRINTED = {"EMAIL_BACKEND": "console.mail.printing.EmailBackend"}


def _said(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…")


def number(least: int, most: int, example: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValueError(
                f"{_said(text)} is no whole number from {least} to {most}, like `{example}`."
            )
        return int(text)

    return read


def flag(text: str) -> bool:
    """Yes or no."""
    if text.lower() not in YES | NO:
        raise ValueError(f"{_said(text)} is neither yes nor no, like `true` or `false`.")
    return text.lower() in YES


def choice(*known: str) -> Callable[[str], str]:
    """A reader of one of the words `known`, however they are capitalized."""

    def read(text: str) -> str:
        found = [word for word in known if word.lower() == text.lower()]
        if not found:
            words = ", ".join(f"`{word}`" for word in known)
            raise ValueError(f"{_said(text)} is not known; it is one of these, like {words}.")
        return found[0]

    return read


def host_and_port(text: str) -> str:
    """A host that clients can reach, and perhaps a port: no scheme, path, user or white space."""
    if not is_place(text):
        raise ValueError(
            f"{_said(text)} is no host. It stands in every exported login, so it is a host and perhaps a"
            " port, without scheme, path or user, like `registry.example.com` or `10.0.0.7:5000`."
        )
    return text


def origin(text: str) -> str:
    """`scheme://host[:port]`: https, or http on a loopback host. Given without its last slash."""
    scheme, _, place = text.rstrip("/").partition("://")
    try:
        host_and_port(place)
    except ValueError:
        scheme = ""
    if scheme not in {"http", "https"}:
        raise ValueError(
            f"{_said(text)} is not an origin: a scheme, a host and perhaps a port, without path or user,"
            " like `https://roster.example.com`."
        )
    if scheme == "http" and not _is_loopback(urlsplit(text).hostname or ""):
        raise ValueError(
            f"{_said(text)} would send passwords and tokens unprotected: only this machine itself may be"
            " plain http. Put a proxy with TLS in front, like `https://roster.example.com`."
        )
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)


def listening(text: str) -> str:
    """An address or host of this machine to listen on, or `unix:` and the path of a socket."""
    path = text.removeprefix(UNIX)
    if path != text:
        good = path.startswith("/") and len(path.encode()) <= SOCKET_PATH and path[-1] != "/"
    else:
        good = is_address(text) or ("[" not in text and is_host(text))
    if not good:
        raise ValueError(
            f"{_said(text)} is nothing to listen on. Give an address without port (that is PORT) or the"
            f" whole path of a socket, at most {SOCKET_PATH} bytes long, like `0.0.0.0` or"
            f" `{UNIX}/run/roster/roster.sock`."
        )
    return text


def proxies(text: str) -> tuple[str, bool]:
    """Networks as `console.networks.normalize` writes them, and whether `unix:` stands among them."""
    words = text.replace(",", " ").split()
    try:
        return networks_of(" ".join(word for word in words if word != UNIX)), UNIX in words
    except ValueError as error:
        raise ValueError(
            f"{error} `{UNIX}` stands for whoever connects to the socket."
            " Name what the proxies connect from, like `10.0.0.7`."
        ) from error


def service_name(text: str) -> str:
    """What registries call themselves to their token service; it stands in a header between quotes."""
    if not re.fullmatch(r"[ -~]{1,255}", text) or set(text) & set('"\\'):
        raise ValueError(
            f"{_said(text)} cannot be the name of a registry's service: that has 1 to 255 printable ASCII"
            ' characters without " and \\, like `registry`.'
        )
    return text


def bearer(text: str) -> str:
    """A token that fits into an Authorization header. It is not repeated."""
    if not re.fullmatch(r"[!-~]{1,500}", text):
        raise ValueError(
            "Cannot be sent in a header: a token has 1 to 500 printable ASCII characters and no blanks,"
            f" like `{RANDOM_KEY}`."
        )
    return text


def secret_key(text: str) -> str:
    """The key of all signatures; it is not repeated."""
    if len(text) < KEY_LENGTH or len(set(text)) < KEY_VARIETY:
        raise ValueError(
            f"Is too easy to guess with {len(text)} characters, {len(set(text))} different ones: whoever"
            f" knows it signs in as anybody. Give at least {KEY_LENGTH} random ones, like `{RANDOM_KEY}`."
        )
    return text


def folder(text: str) -> Path:
    """A folder that is there or could be made."""
    return _path(text, "a folder", "/var/lib/roster", Path.is_dir)


def file(text: str) -> Path:
    """A file that is there or could be made."""
    return _path(text, "a file", "/var/lib/roster/name", lambda path: not path.is_dir())


def _path(text: str, kind: str, example: str, fits: Callable[[Path], bool]) -> Path:
    try:
        path = Path(text).expanduser().absolute()
        fault = "" if text.isprintable() else "has a character that nobody can see"
        fault = fault or ("" if not path.exists() or fits(path) else f"is not {kind}")
        above = next(parent for parent in path.parents if parent.exists())
        fault = fault or ("" if above.is_dir() else f"cannot be: {above} is a file")
    except (OSError, RuntimeError) as error:
        fault = f"cannot be: {getattr(error, 'strerror', None) or error}"
    if fault:
        raise ValueError(f"{_said(text)} {fault}. Name {kind}, like `{example}`.")
    return path


def redis_url(text: str) -> str:
    """Where Redis is, as its own client reads it. It is not repeated: it may hold a password."""
    try:
        # It does not connect yet. Loaded only where there is a Redis: every command reads settings.
        import_string("redis.ConnectionPool").from_url(text).make_connection()
        parts = urlsplit(text)
        good = text.isprintable() and (
            len(parts.path) > 1
            if parts.scheme == "unix"
            else parts.hostname and re.fullmatch(r"/?|/[0-9]{1,4}", parts.path)
        )
    except (ValueError, TypeError):
        good = False
    if not good:
        raise ValueError(
            "Is not the address of a Redis; a password in it is written like in a URL (%40 for @), like"
            " `redis://redis.example.com:6379/0` or `rediss://user:password@redis.example.com/0`."
        )
    return text


def database_url(text: str) -> str:
    """Where the database is. It is not repeated: it may hold a password."""
    if is_postgresql(text) and (fault := postgresql_fault(text)):
        raise ValueError(fault)
    try:
        parts = urlsplit(with_hosts_apart(text))
        good = text.isprintable() and bool(re.match(r"/[^?#]", parts.path)) and not parts.fragment
        good = good and parts.port != 0
    except ValueError:
        good = False
    on_server = good and parts.scheme in {"postgresql", "postgres"} and "/" not in parts.path[1:]
    in_file = (
        good and parts.scheme == "sqlite" and not parts.netloc and _is_file(unquote(parts.path[1:]))
    )
    if not (on_server or in_file):
        raise ValueError(
            "Is not the address of a PostgreSQL database or an SQLite file; a password in it is written like"
            " in a URL (%40 for @), like `postgresql://user:password@db.example.com/roster` or"
            " `sqlite:////var/lib/roster/roster.sqlite3`."
        )
    return text


def _is_file(text: str) -> bool:
    try:
        return bool(file(text))
    except ValueError:
        return False


def mail(text: str) -> dict[str, Any]:
    """Django's settings of a mail server. It is not repeated: it holds a password."""
    try:
        found: dict[str, Any] = dj_email_url.parse("dummy:" if text == NO_MAIL else text)
        parts, options = urlsplit(text), parse_qsl(urlsplit(text).query, keep_blank_values=True)
    except ValueError:
        raise _no_mail_server() from None
    known = text.isprintable() and parts.scheme in MAIL_SCHEMES and all(map(_is_option, options))
    whole = parts.path in {"", "/"} and bool(parts.hostname or parts.scheme == "console")
    if text != NO_MAIL and not (known and whole):
        raise _no_mail_server()
    return found | PRINTED if parts.scheme == "console" else found


def _is_option(option: tuple[str, str]) -> bool:
    """Whether it is one that dj_email_url reads: others it passes over, and a letter goes without TLS."""
    name, value = option
    if name == "timeout":
        return bool(re.fullmatch(r"[1-9][0-9]{0,3}", value))
    return name in MAIL_SWITCHES and (value in dj_email_url.TRUTHY or value.lower() in NO)


def _no_mail_server() -> ValueError:
    return ValueError(
        "Is not the address of a mail server with `tls=True` (port 587) or `ssl=True` (port 465) and perhaps"
        " `timeout=20` behind the question mark; a password in it is written like in a URL (%40 for @), like"
        f" `smtp://user:password@mail.example.com:587/?tls=True` or `{NO_MAIL}`."
    )


def sender(text: str) -> str:
    """An e-mail address, perhaps with a name."""
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError:
        examples = "`roster@example.com` or `Roster <roster@example.com>`"
        raise ValueError(f"{_said(text)} is no sender of e-mail, like {examples}.") from None
    return text
