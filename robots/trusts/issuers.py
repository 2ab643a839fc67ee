"""What issuers say at their addresses (OpenID Connect Discovery 1.0), as each process remembers it.

An issuer is asked in a thread of its own, because what a verifier's thread does has to be over soon: that
one waits a moment, and few of them at once. Ages are told by the clock on the wall; where it jumps, issuers
are asked once more.
"""

import threading
import time

from joserfc.jwk import Key

from console.outgoing.client import GuardedClient, guarded_client
from console.outgoing.faults import OutgoingFault
from robots.trusts.documents import Members, read_object
from robots.trusts.keys import Keys, LeakedKey, read_key_set

DISCOVERY = "/.well-known/openid-configuration"
# For so long keys are not asked for again; for so long they are used while their issuer does not answer.
FRESH_SECONDS, STALE_SECONDS = 300.0, 3600.0
# Between two questions: after one that came to nothing, and because of a key that is not known.
RETRY_SECONDS, UNKNOWN_SECONDS = 30.0, 60.0
# How long a thread waits for an answer that is on its way, how many do, and when others come again.
WAIT_SECONDS, MOST_WAITING, SOON_SECONDS = 1.5, 2, 2
MOST_ISSUERS, MOST_FETCHES = 500, 8

_fetches = threading.BoundedSemaphore(MOST_FETCHES)
_waiting = threading.BoundedSemaphore(MOST_WAITING)


class KeysFault(Exception):
    """There is no key to verify with. `reason` is a sentence for people; `retry_after` seconds on it may be
    otherwise, unless that is 0.
    """

    def __init__(self, reason: str, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.retry_after = reason, retry_after


def keys_of(issuer: str, *, seconds: float = WAIT_SECONDS) -> Keys:
    """The keys of an issuer, perhaps none; raises `KeysFault`. Waits so many seconds for an answer."""
    known = _issuers.of(issuer)
    if not known.is_fresh():
        known.ask(RETRY_SECONDS, seconds)
    return known.keys()


def keys_for(
    issuer: str, kid: str | None, algorithm: str, *, seconds: float = WAIT_SECONDS
) -> tuple[Key, ...]:
    """What may have signed a token with such a header, one at least; raises `KeysFault`."""
    end = time.monotonic() + seconds
    found = keys_of(issuer, seconds=seconds).fitting(kid, algorithm)
    if not found:
        known = _issuers.of(issuer)
        known.ask(UNKNOWN_SECONDS, max(0.0, end - time.monotonic()))
        found = known.keys().fitting(kid, algorithm)
        if not found:
            raise known.unknown_key()
    return found


def forget() -> None:
    """All that this process remembers."""
    _issuers.forget()


class _Issuer:
    """One issuer: its keys, and how it was asked last."""

    def __init__(self, url: str) -> None:
        self.url, self.lock = url, threading.Lock()
        self.last: Keys | None = None
        self.read_at = self.asked_at = 0.0
        self.fault = ""
        # While it is being asked.
        self.answered: threading.Event | None = None

    def is_fresh(self) -> bool:
        return self.last is not None and _is_within(FRESH_SECONDS, self.read_at)

    def keys(self) -> Keys:
        """What it said last, unless that is too long ago."""
        with self.lock:
            if self.last is not None and _is_within(STALE_SECONDS, self.read_at):
                return self.last
            fault = self.fault or f"{self.url} could not be asked for its keys."
            raise self._pending() or KeysFault(fault, int(RETRY_SECONDS))

    def unknown_key(self) -> KeysFault:
        """Its keys are known, and that of a token is not among them."""
        with self.lock:
            return self._pending() or KeysFault(
                f"{self.url} has no key for this token.", int(RETRY_SECONDS) if self.fault else 0
            )

    def _pending(self) -> KeysFault | None:
        if self.answered is None and self.asked_at:
            return None
        return KeysFault(f"{self.url} is still being asked for its keys. Try again.", SOON_SECONDS)

    def ask(self, pause: float, seconds: float) -> None:
        """See to it that it is asked, if it was not within `pause`; wait so many seconds for the answer."""
        with self.lock:
            if self.answered is None and not _is_within(pause, self.asked_at):
                self._begin()
            answered = self.answered
        if answered and _waiting.acquire(blocking=False):
            answered.wait(seconds)
            _waiting.release()

    def _begin(self) -> None:
        if _fetches.acquire(blocking=False):
            self.answered, self.asked_at = threading.Event(), time.time()
            threading.Thread(target=self._fetch, args=[self.answered], daemon=True).start()

    def _fetch(self, answered: threading.Event) -> None:
        try:
            self._note(_published(self.url), "")
        except LeakedKey as fault:
            self._note(None, f"{self.url} publishes a private key: {fault}")
        except (OutgoingFault, ValueError) as fault:
            self.fault = str(fault)
        finally:
            self.answered = None
            _fetches.release()
            answered.set()

    def _note(self, keys: Keys | None, fault: str) -> None:
        with self.lock:
            self.last, self.fault, self.read_at = keys, fault, time.time()


class _Issuers:
    """Those that were asked about, the one that was longest ago first."""

    def __init__(self) -> None:
        self._lock, self._known = threading.Lock(), dict[str, _Issuer]()

    def of(self, url: str) -> _Issuer:
        with self._lock:
            found = self._known.pop(url, None) or _Issuer(url)
            self._known[url] = found
            if len(self._known) > MOST_ISSUERS:
                del self._known[next(iter(self._known))]
            return found

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


_issuers = _Issuers()


def _is_within(seconds: float, moment: float) -> bool:
    return 0 <= time.time() - moment < seconds


def _published(issuer: str) -> Keys:
    """Ask it. Raises `OutgoingFault`, or `ValueError` with a sentence."""
    client = guarded_client().with_deadline()
    document = _document(client, issuer.removesuffix("/") + DISCOVERY)
    if document.get("issuer") != issuer:
        raise ValueError(f"{issuer} says of itself that it is another issuer.")
    address = document.get("jwks_uri")
    if not isinstance(address, str):
        raise ValueError(f"{issuer} does not say where its keys are (“jwks_uri”).")  # noqa: TRY004 - its text is wrong
    return read_key_set(_document(client, address))


def _document(client: GuardedClient, url: str) -> Members:
    answer = client.get(url, {"Accept": "application/json"})
    if answer.status != 200:
        raise ValueError(f"{url} answers with status {answer.status} instead of 200.")
    try:
        return read_object(answer.body)
    except ValueError as fault:
        raise ValueError(f"What {url} answers cannot be read. {fault}") from fault
