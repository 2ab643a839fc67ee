"""Requests that reach the server once or, where that is safe, again: retries, waits and transport faults."""

import ipaddress
import os
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from roster import __version__
from roster.errors import Failure

ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.1
# A server that asks for more patience than this is not waited for.
LONGEST_PAUSE_SECONDS = 60.0
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
AGAIN = frozenset({429, 503})
SAFE = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Answer:
    """The server's answer, and whether the request may have been carried out before this one."""

    response: httpx.Response
    was_repeated: bool


class Transport:
    """One server, spoken to with one token."""

    def __init__(self, server: str, token: str | None, *, attempts: int = ATTEMPTS) -> None:
        self.origin = checked_origin(server, secret=bool(token))
        self.attempts = attempts
        headers = {"User-Agent": f"roster-cli/{__version__}", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {_printable(token)}"
        self.http = httpx.Client(
            headers=headers,
            timeout=TIMEOUT,
            follow_redirects=False,
            # A proxy between would read the token of a plain http request.
            trust_env=urlsplit(self.origin).scheme == "https",
        )

    def send(
        self,
        method: str,
        address: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request to a path of the server, again if need be and if that changes nothing."""
        request = self.http.build_request(
            method, f"{self.origin}{address}", params=params, content=content, headers=headers
        )
        was_lost = False
        for attempt in range(1, self.attempts + 1):
            outcome = self._try(request)
            if not self._is_worth_repeating(request, outcome, attempt):
                return Answer(_answered(outcome, self.origin), was_lost)
            was_lost = was_lost or not _was_not_heard(outcome)
            threading.Event().wait(_pause(outcome, attempt))
        raise AssertionError("the last attempt always ends the loop")

    def _try(self, request: httpx.Request) -> httpx.Response | httpx.TransportError:
        try:
            return self.http.send(request)
        except httpx.TransportError as error:
            return error

    def _is_worth_repeating(
        self,
        request: httpx.Request,
        outcome: httpx.Response | httpx.TransportError,
        attempt: int,
    ) -> bool:
        if attempt >= self.attempts or _pause(outcome, attempt) > LONGEST_PAUSE_SECONDS:
            return False
        if isinstance(outcome, httpx.Response) and outcome.status_code not in AGAIN:
            return False
        return _is_repeatable(request) or _was_not_heard(outcome)


def checked_origin(server: str, *, secret: bool) -> str:
    """The address without a slash at its end, refused where a secret would be readable on its way."""
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise Failure(f"{server} is not the address of a server (https://roster.example.com)")
    insecure = parts.scheme == "http" and not _is_this_machine(parts.hostname)
    if secret and insecure and os.environ.get("ROSTER_INSECURE") != "1":
        raise Failure(
            f"refusing to send a token to {parts.hostname} over plain http;"
            " use https, or set ROSTER_INSECURE=1"
        )
    return server.rstrip("/")


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _printable(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise Failure("that is not a token: it has characters that no token has")
    return token


def _is_repeatable(request: httpx.Request) -> bool:
    return request.method in SAFE or "Idempotency-Key" in request.headers


def _was_not_heard(outcome: httpx.Response | httpx.TransportError) -> bool:
    """Whether the request cannot have been carried out: nobody listened, or it was turned away."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code == httpx.codes.TOO_MANY_REQUESTS
    return isinstance(outcome, httpx.ConnectError)


def _pause(outcome: httpx.Response | httpx.TransportError, attempt: int) -> float:
    """Seconds to wait: what the server asked for, else twice as long each time and a little off."""
    if isinstance(outcome, httpx.Response) and (asked := outcome.headers.get("Retry-After")):
        return _retry_after(asked)
    longest = FIRST_PAUSE_SECONDS * float(2**attempt)
    return random.uniform(longest / 2, longest)  # noqa: S311 -- it spreads clients, nothing else


def _retry_after(value: str) -> float:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3): a number or a date."""
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return FIRST_PAUSE_SECONDS


def _answered(outcome: httpx.Response | httpx.TransportError, origin: str) -> httpx.Response:
    if isinstance(outcome, httpx.Response):
        return outcome
    if isinstance(outcome, httpx.TimeoutException):
        raise Failure(f"{origin} did not answer in time") from outcome
    if isinstance(outcome, httpx.ConnectError):
        raise Failure(f"cannot reach {origin}: {outcome}") from outcome
    raise Failure(f"the connection to {origin} was lost: {outcome}") from outcome
