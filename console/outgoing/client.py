"""Requests that Roster itself sends to addresses that people typed: nothing inside is reached by them.

HTTPS alone, to addresses that are looked up once, all checked, and then connected to; no redirects, no
proxies, one deadline, bounds for what comes back. For plain threads; a connection carries one request.
"""

import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import h11
from django.conf import settings

from console.outgoing.addresses import is_allowed
from console.outgoing.connections import connect, trust
from console.outgoing.deadlines import Deadline
from console.outgoing.exchanges import MOST_BODY, Answer, Exchange, Request, TooLarge
from console.outgoing.faults import CA_FILE, NOT_ALLOWED, OutgoingFault, words_for
from console.outgoing.places import Place, read_place
from console.outgoing.resolving import Resolver, addresses_of, system_resolver

SECONDS = 5.0
NO_HEADERS: Mapping[str, str] = {}
OURS = {"User-Agent": "Roster", "Accept-Encoding": "identity", "Connection": "close"}
UNCOMPRESSED = {"", "identity"}
T = TypeVar("T")
# What is taken of an answer.
Reader = Callable[[Place, Exchange], T]


@dataclass(frozen=True, slots=True)
class GuardedClient:
    """Sends requests. `networks`, as `console.networks.normalize` writes them, may be reached besides the
    Internet, and `ca_file` holds authorities besides the system's. Each request has `seconds`, or all of
    them share a `deadline`.
    """

    networks: str = ""
    ca_file: Path | None = None
    resolve: Resolver = field(default=system_resolver, kw_only=True)
    seconds: float = field(default=SECONDS, kw_only=True)
    deadline: Deadline | None = field(default=None, kw_only=True)

    def with_deadline(self) -> "GuardedClient":
        """A client whose requests share the seconds from now on."""
        return replace(self, deadline=Deadline(self.seconds))

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """Ask for what is at `url`. Raises `OutgoingFault`, for redirects as well."""
        return self._ask("GET", url, headers, b"", _answer)

    def post(self, url: str, content: bytes, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """Send `content` to `url`. Raises `OutgoingFault`, for redirects as well."""
        sent = {"Content-Length": str(len(content)), **headers}
        return self._ask("POST", url, sent, content, _answer)

    def notify(self, url: str, content: bytes, headers: Mapping[str, str] = NO_HEADERS) -> int:
        """Send `content` to `url`; the status of the answer, of which nothing else is read.

        Raises `OutgoingFault`, not for redirects: nobody follows them.
        """
        sent = {"Content-Length": str(len(content)), **headers}
        return self._ask("POST", url, sent, content, _status)

    def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes,
        read: Reader[T],
    ) -> T:
        try:
            place = read_place(url)
        except ValueError as fault:
            raise OutgoingFault(str(fault)) from fault
        sent = {"Host": place.authority, **OURS, **headers}
        pairs = [(name.encode(), text.encode()) for name, text in sent.items()]
        deadline = self.deadline or Deadline(self.seconds)
        try:
            request = Request(method, place.target, pairs, content)
            return self._exchange(place, request, deadline, read)
        except (OSError, h11.RemoteProtocolError, TooLarge) as error:
            words = words_for(error, deadline.seconds)
            raise OutgoingFault(f"{place.shown} {words}") from error

    def _exchange(self, place: Place, request: Request, deadline: Deadline, read: Reader[T]) -> T:
        addresses = addresses_of(place.host, self.resolve, deadline)
        if not all(is_allowed(address, self.networks) for address in addresses):
            raise OutgoingFault(f"{place.shown} {NOT_ALLOWED}")
        with closing(connect(place, addresses, self._trust(), deadline)) as connection:
            exchange = Exchange(connection, deadline)
            exchange.send(request)
            return read(place, exchange)

    def _trust(self) -> ssl.SSLContext:
        try:
            return trust(self.ca_file)
        except OSError as fault:
            raise OutgoingFault(f"The authorities of {CA_FILE} cannot be read.") from fault


def guarded_client() -> GuardedClient:
    """One that may do what the operator lets it."""
    return GuardedClient(settings.ROSTER_OUTGOING_NETWORKS, settings.ROSTER_OUTGOING_CA_FILE)


def _status(_: Place, exchange: Exchange) -> int:
    return exchange.receive_head().status_code


def _answer(place: Place, exchange: Exchange) -> Answer:
    head = exchange.receive_head()
    headers = dict[str, str]()
    for name, text in head.headers:
        known = headers.get(name.decode())
        headers[name.decode()] = (
            f"{known}, {text.decode('latin-1')}" if known else text.decode("latin-1")
        )
    _require_plain(place, head.status_code, headers)
    body = bytearray()
    for piece in exchange.receive_body():
        body += piece
        if len(body) > MOST_BODY:
            raise TooLarge
    return Answer(head.status_code, headers, bytes(body))


def _require_plain(place: Place, status: int, headers: Mapping[str, str]) -> None:
    if 300 <= status < 400:
        raise OutgoingFault(f"{place.shown} redirects ({status}), and Roster does not follow.")
    coding = headers.get("content-encoding", "")
    if coding.lower() not in UNCOMPRESSED:
        raise OutgoingFault(
            f"{place.shown} compresses its answer, though Roster takes it plain alone."
        )
