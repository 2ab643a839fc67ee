"""Which requests are sent again, and after how long."""

import random
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

Outcome = httpx.Response | httpx.RequestError

ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.25
AGAIN = frozenset({429, 502, 503, 504})
SAFE = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})
# Of OAuth's endpoints, about what was not done (RFC 6749, 4.1.2.1).
NOT_NOW = b'"temporarily_unavailable"'


def is_worth_repeating(request: httpx.Request, outcome: Outcome) -> bool:
    """Whether another try may bring another answer, and changes nothing twice."""
    return _may_pass(outcome) and (_is_repeatable(request) or was_not_heard(outcome))


def was_not_heard(outcome: Outcome) -> bool:
    """Whether the request cannot have been carried out: nobody listened, or it was turned away."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code == httpx.codes.TOO_MANY_REQUESTS or NOT_NOW in outcome.content
    return isinstance(outcome, httpx.ConnectError | httpx.ConnectTimeout)


def untrusted(outcome: Outcome) -> ssl.SSLCertVerificationError | None:
    """Why the server's certificate is not believed, if that is what failed."""
    causes = _causes(outcome) if isinstance(outcome, Exception) else iter(())
    return next((it for it in causes if isinstance(it, ssl.SSLCertVerificationError)), None)


def pause_after(outcome: Outcome, attempt: int) -> float:
    """Seconds to wait: what the server asked for, else twice as long each time and a little off."""
    if isinstance(outcome, httpx.Response) and (asked := outcome.headers.get("Retry-After")):
        return _retry_after(asked)
    longest = FIRST_PAUSE_SECONDS * float(2**attempt)
    return random.uniform(longest / 2, longest)  # noqa: S311 -- it spreads clients, nothing else


def _may_pass(outcome: Outcome) -> bool:
    """Whether it is a fault of the moment: not of a name, a certificate, a proxy or an answer."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code in AGAIN
    if not isinstance(outcome, httpx.TransportError) or isinstance(outcome, httpx.ProxyError):
        return False
    names = [it for it in _causes(outcome) if isinstance(it, socket.gaierror)]
    return untrusted(outcome) is None and all(it.errno == socket.EAI_AGAIN for it in names)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_repeatable(request: httpx.Request) -> bool:
    return request.method in SAFE or "Idempotency-Key" in request.headers


def _retry_after(value: str) -> float:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3): a number or a date."""
    if value.isascii() and value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return FIRST_PAUSE_SECONDS
