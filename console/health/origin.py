"""The check of `ROSTER_ORIGIN`: what a browser gets there, through whatever proxies stand before Roster."""

import json
import re
import ssl
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from console.databases.faults import first_line
from console.health.findings import Finding, failed, ok, warning
from console.moments import relative

MOST_READ = 64 * 1024
EXPIRES_SOON = timedelta(days=14)
# What Roster's own page says of a proxy that does not send what it should.
PROXY_FAULT = re.compile(
    r"(The proxy has to send|Requests have to come through)[^<]{0,200}?\.(?=[\s<])"
)


class Answer(NamedTuple):
    """What came back: of the body its beginning, and when the certificate ends, where there is one."""

    status: int
    headers: dict[str, str]
    body: str
    ends_at: datetime | None


def origin(seconds: float) -> Finding:
    """Asks whether Roster answers there, and a page for the headers that keep it where it belongs."""
    try:
        alive = _ask("/livez", seconds)
        return _not_roster(alive) or _page_fault(_ask(reverse(settings.LOGIN_URL), seconds))
    except ssl.SSLCertVerificationError as fault:
        return failed(
            f"The certificate of {settings.ROSTER_ORIGIN} is not believed here ({fault.verify_message})."
            " Replace it, or let this machine know the authority (SSL_CERT_FILE)."
        )
    except (OSError, HTTPException) as fault:
        return warning(
            f"{settings.ROSTER_ORIGIN} cannot be asked from this machine"
            f" ({type(fault).__name__}: {first_line(fault)}), so what browsers get there is not known."
        )


def _ask(path: str, seconds: float) -> Answer:
    place = urlsplit(settings.ROSTER_ORIGIN)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=seconds)
    try:
        connection.request(
            "GET", path, headers={"User-Agent": "roster-doctor", "Connection": "close"}
        )
        ends_at = _certificate_end(connection)
        return _read(connection.getresponse(), ends_at)
    finally:
        connection.close()


def _certificate_end(connection: HTTPConnection) -> datetime | None:
    certificate = (
        connection.sock.getpeercert() if isinstance(connection.sock, ssl.SSLSocket) else None
    )
    if not certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


def _read(response: HTTPResponse, ends_at: datetime | None) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    body = response.read(MOST_READ).decode(errors="replace")
    return Answer(response.status, headers, body, ends_at)


def _not_roster(answer: Answer) -> Finding | None:
    """What is wrong if Roster itself did not say that it is alive."""
    try:
        is_alive = answer.status == 200 and json.loads(answer.body) == {"status": "ok"}
    except ValueError:
        is_alive = False
    if is_alive:
        return None
    return failed(
        f"{settings.ROSTER_ORIGIN}/livez answers {answer.status} and not as Roster does. Let the proxy send"
        " everything under this address to Roster, or correct ROSTER_ORIGIN."
    )


def _page_fault(page: Answer) -> Finding:
    if page.status != 200:
        said = PROXY_FAULT.search(page.body)
        reason = f" {said[0]}" if said else " See the log for the reason."
        return failed(f"Pages answer {page.status} at {settings.ROSTER_ORIGIN}.{reason}")
    if missing := _missing(page.headers):
        return failed(
            f"Pages come without {' and '.join(missing)}, which something in between takes away."
            " Let the proxy leave Roster's headers as they are."
        )
    if page.ends_at and page.ends_at < timezone.now() + EXPIRES_SOON:
        return warning(f"The certificate ends {relative(page.ends_at, timezone.now())}. Renew it.")
    return ok(_words(page))


def _missing(headers: dict[str, str]) -> list[str]:
    """Which of the headers that browsers need did not come as Roster sends them."""
    wanted = {"Content-Security-Policy": "default-src 'none'"}
    if settings.HSTS:
        wanted["Strict-Transport-Security"] = settings.HSTS
    return [name for name, part in wanted.items() if part not in headers.get(name.lower(), "")]


def _words(page: Answer) -> str:
    if not settings.SECURE:
        return (
            f"{settings.ROSTER_ORIGIN} answers, with its headers for browsers. It is without https."
        )
    ends = (
        f"; its certificate ends {relative(page.ends_at, timezone.now())}" if page.ends_at else ""
    )
    return f"{settings.ROSTER_ORIGIN} answers over https, with its headers for browsers{ends}."
