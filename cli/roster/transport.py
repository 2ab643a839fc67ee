"""Requests that reach the server once or, where that is safe, again: waits, limits, transport faults."""

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import httpx

from roster import __version__
from roster.answers import odd
from roster.connecting import connected, proxy_for
from roster.errors import Failure
from roster.origin import checked_origin
from roster.repeating import (
    ATTEMPTS,
    Outcome,
    is_worth_repeating,
    pause_after,
    untrusted,
    was_not_heard,
)

TIMEOUT_SECONDS = 60.0
CONNECT_SECONDS = 10.0
# After this time of silence somebody wonders.
WORD_AFTER_SECONDS = 5.0
# A page of a list has 200 things; what is longer than this is no answer of Roster.
LONGEST_ANSWER = 64 * 2**20
# What is said of the body as it was sent, not as it was read.
OF_TRANSFER = ("content-encoding", "content-length", "transfer-encoding")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """The server's answer, and whether the request may have been carried out before this one."""

    response: httpx.Response
    was_repeated: bool


@dataclass(frozen=True)
class Patience:
    """How long a request may take with its repeats, and who is told when that is long."""

    seconds: float = TIMEOUT_SECONDS
    attempts: int = ATTEMPTS
    tell: Tell | None = None


class Transport:
    """One server, spoken to with one token."""

    def __init__(
        self,
        server: str,
        token: str | None,
        *,
        patience: Patience | None = None,
        ca_bundle: str | None = None,
    ) -> None:
        self.origin = checked_origin(server, secret=bool(token))
        self.patience = patience or Patience()
        headers = {"User-Agent": f"roster-cli/{__version__}", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {_printable(token)}"
        self.http = connected(self.origin, headers, ca_bundle)

    def send(
        self,
        method: str,
        address: str,
        *,
        params: httpx.QueryParams | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request to a path of the server, again if need be and if that changes nothing."""
        try:
            request = self.http.build_request(
                method, f"{self.origin}{address}", params=params, content=content, headers=headers
            )
        except (UnicodeError, httpx.InvalidURL) as error:
            raise Failure("what was typed has characters that no address has") from error
        with _word(self.patience, self.origin):
            return self._answer(request)

    def _answer(self, request: httpx.Request) -> Answer:
        deadline, was_lost = time.monotonic() + self.patience.seconds, False
        for attempt in itertools.count(1):
            outcome = self._try(request, deadline)
            pause = pause_after(outcome, attempt)
            is_late = time.monotonic() + pause >= deadline
            if attempt >= self.patience.attempts or is_late:
                break
            if not is_worth_repeating(request, outcome):
                break
            was_lost = was_lost or not was_not_heard(outcome)
            threading.Event().wait(pause)
        return Answer(self._answered(outcome), was_lost)

    def _try(self, request: httpx.Request, deadline: float) -> Outcome:
        left = max(deadline - time.monotonic(), 0.001)
        timeout = httpx.Timeout(left, connect=min(left, CONNECT_SECONDS))
        request.extensions["timeout"] = timeout.as_dict()
        try:
            with contextlib.closing(self.http.send(request, stream=True)) as response:
                return _whole(response, deadline)
        except httpx.RequestError as error:
            return error

    def _answered(self, outcome: Outcome) -> httpx.Response:
        if isinstance(outcome, httpx.Response):
            return outcome
        if isinstance(outcome, httpx.DecodingError):
            raise odd(self.origin) from outcome
        if isinstance(outcome, httpx.TimeoutException):
            seconds = f"{self.patience.seconds:g} seconds (--timeout)"
            raise Failure(f"{self.origin} did not answer within {seconds}") from outcome
        raise Failure(self._trouble(outcome)) from outcome

    def _trouble(self, error: httpx.RequestError) -> str:
        if (found := untrusted(error)) is not None:
            return (
                f"the certificate of {self.origin} is not to be trusted: {found.verify_message};"
                " if an authority of your own signed it, name its file with --ca-bundle"
            )
        if isinstance(error, httpx.ConnectError | httpx.ProxyError):
            return f"cannot reach {self.origin}: {error}{proxy_for(self.origin)}"
        return f"the connection to {self.origin} was lost: {error}"


def _whole(response: httpx.Response, deadline: float) -> httpx.Response:
    """The response with its body, read up to the deadline and the longest that an answer is."""
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if len(content) > LONGEST_ANSWER:
            origin = f"{response.url.scheme}://{response.url.netloc.decode()}"
            raise odd(origin)
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("it is too slow", request=response.request)
    headers = [
        (name, value) for name, value in response.headers.multi_items() if name not in OF_TRANSFER
    ]
    return httpx.Response(
        response.status_code, headers=headers, content=bytes(content), request=response.request
    )


@contextlib.contextmanager
def _word(patience: Patience, origin: str) -> Iterator[None]:
    """Whoever waits long is told for what, and how long that may be."""
    if patience.tell is None:
        yield
        return
    text = f"waiting for {origin}, for up to {patience.seconds:g} seconds"
    timer = threading.Timer(WORD_AFTER_SECONDS, patience.tell, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _printable(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise Failure("that is not a token: it has characters that no token has")
    return token
