"""What tokens are used for, gathered in memory and written down in bulk: never on the hot path."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar

from console import measures
from console.permissions.decision import Target
from console.permissions.vocabulary import Permission
from robots.base.states import Refusal
from robots.models.usage import ACCEPTED

# How many different rows wait at most; what comes after is counted as dropped.
MAX_WAITING = 100_000
MAX_AGENT = 200
MAX_REPOSITORY = 255


@dataclass(slots=True)
class Use:
    """Who asks, from where, with what, about what."""

    verifier: str
    address: str = ""
    agent: str = ""
    repository: str = ""

    @classmethod
    def seen(cls, verifier: str, address: str, agent: str, repository: str = "") -> "Use":
        """From what a client sent: cut to size, without anything unprintable."""
        repository = _clean(repository)[:MAX_REPOSITORY]
        return cls(verifier, address, _clean(agent)[:MAX_AGENT], repository)


def _clean(text: str) -> str:
    """What a column takes: with one NUL in it, PostgreSQL would refuse the whole flush, every time."""
    if text.isprintable():
        return text
    return "".join(character for character in text if character.isprintable())


class UsedSecret(Protocol):
    """The part of a secret's row that matters here."""

    @property
    def id(self) -> int: ...
    @property
    def first_used_at(self) -> datetime | None: ...
    @property
    def handed_over_at(self) -> datetime | None: ...
    @property
    def token_id(self) -> int: ...
    @property
    def token__robot_id(self) -> int | None: ...


# token, address
AddressKey = tuple[int, str]
# token, verifier, address
OutsideKey = tuple[int, str, str]
# token, day, verifier, outcome
CounterKey = tuple[int, date, str, str]
# token, reason
RefusalKey = tuple[int, Refusal]
# robot, project (0: none), repository (0: none), permission
PermissionKey = tuple[int, int, int, Permission]
Key = TypeVar("Key")


@dataclass(slots=True)
class LastUse:
    """The latest accepted use of one token, or of one of its secrets."""

    at: datetime
    robot_id: int | None
    use: Use


@dataclass(slots=True)
class Seen:
    """How often a token was used from one address, and when for the first and the last time."""

    first: datetime
    last: datetime
    count: int = 1

    def again(self, later: "Seen") -> None:
        self.last, self.count = later.last, self.count + later.count


@dataclass(slots=True)
class Gathered:
    """What waits to be written."""

    counts: dict[CounterKey, int] = field(default_factory=dict)
    addresses: dict[AddressKey, Seen] = field(default_factory=dict)
    # Uses from outside networks that are observed.
    outside: dict[OutsideKey, Seen] = field(default_factory=dict)
    last: dict[int, LastUse] = field(default_factory=dict)
    first: dict[int, datetime] = field(default_factory=dict)
    refusals: dict[RefusalKey, LastUse] = field(default_factory=dict)
    # Tokens that were seen at an address for the first time, once that is written down.
    moved: dict[int, LastUse] = field(default_factory=dict)
    # Tokens that came from outside observed networks, where that is new and written down.
    strayed: dict[int, LastUse] = field(default_factory=dict)
    # Secrets whose first use ends another one, and when that was.
    replaced: dict[int, datetime] = field(default_factory=dict)
    secrets: dict[int, LastUse] = field(default_factory=dict)
    # Secrets of services that asked.
    services: dict[int, datetime] = field(default_factory=dict)
    # Of what robots hold what they were allowed, and on which day last.
    exercised: dict[PermissionKey, date] = field(default_factory=dict)

    def __bool__(self) -> bool:
        used = self.counts or self.last or self.first or self.services or self.exercised
        return bool(used or self.refusals or self.moved or self.strayed or self.replaced)

    def count(self, key: CounterKey, number: int = 1) -> bool:
        """Add to one counter; false when there is no room for a new one."""
        if key not in self.counts and len(self.counts) >= MAX_WAITING:
            measures.USAGE_DROPPED.inc(number)
            return False
        self.counts[key] = self.counts.get(key, 0) + number
        return True

    def see(self, key: AddressKey, seen: Seen) -> None:
        """Note a use from an address; without room for a new one it is only counted by day."""
        _note(self.addresses, key, seen)

    def see_outside(self, key: OutsideKey, seen: Seen) -> None:
        """Note a use that would have been refused; without room for a new one as above."""
        _note(self.outside, key, seen)

    def exercise(self, key: PermissionKey, day: date) -> None:
        """Note a use of a permission. Without room for a new one it waits for the next use of that day."""
        if key in self.exercised or len(self.exercised) < MAX_WAITING:
            self.exercised[key] = day

    def put_back(self, older: "Gathered") -> None:
        """Take back what could not be written; what came since is newer."""
        for key, number in older.counts.items():
            self.count(key, number)
        newer, self.addresses = self.addresses, older.addresses
        for address, seen in newer.items():
            self.see(address, seen)
        later, self.outside = self.outside, older.outside
        for key_outside, seen in later.items():
            self.see_outside(key_outside, seen)
        self.last = older.last | self.last
        self.secrets = older.secrets | self.secrets
        self.first |= older.first
        self.services = older.services | self.services
        self.exercised = older.exercised | self.exercised
        self.refusals |= older.refusals
        self.moved |= older.moved
        self.strayed |= older.strayed
        self.replaced |= older.replaced


def _note(noted: dict[Key, Seen], key: Key, seen: Seen) -> None:
    if known := noted.get(key):
        known.again(seen)
    elif len(noted) < MAX_WAITING:
        noted[key] = seen


_lock = threading.Lock()
_waiting = Gathered()
# Which uses of permissions this process has written, and for which day: once a day is enough.
_written: dict[PermissionKey, date] = {}


def accepted(secret: UsedSecret, use: Use, now: datetime, *, is_outside: bool = False) -> None:
    """A secret was right and its token in force; perhaps from outside networks that are observed."""
    measures.decided(use.verifier, ACCEPTED)
    with _lock:
        if not _waiting.count((secret.token_id, now.date(), use.verifier, ACCEPTED)):
            return
        last = LastUse(now, secret.token__robot_id, use)
        _waiting.last[secret.token_id] = _waiting.secrets[secret.id] = last
        if use.address:
            _waiting.see((secret.token_id, use.address), Seen(now, now))
        if is_outside:
            _waiting.see_outside((secret.token_id, use.verifier, use.address), Seen(now, now))
        if secret.first_used_at is None or secret.handed_over_at is None:
            _waiting.first.setdefault(secret.id, now)


def permission_key(robot_id: int, permission: Permission, target: Target) -> PermissionKey:
    """What a use of a permission there is kept by. On a whole organization it is one everywhere."""
    return robot_id, target.project_id or 0, target.repository_id or 0, permission


def exercised(keys: Iterable[PermissionKey], day: date) -> None:
    """Robots were allowed this by what they hold."""
    fresh = [key for key in keys if _written.get(key) != day]
    if fresh:
        with _lock:
            for key in fresh:
                _waiting.exercise(key, day)


def note_written(exercised: dict[PermissionKey, date]) -> None:
    """Those uses of permissions are in the database, and need not be written again that day."""
    with _lock:
        if len(_written) + len(exercised) > MAX_WAITING:
            _written.clear()
        _written.update(exercised)


def asked(service_secret_id: int, now: datetime) -> None:
    """A service proved itself with this secret."""
    with _lock:
        _waiting.services[service_secret_id] = now


def refused(token_id: int, reason: Refusal, use: Use, now: datetime) -> None:
    """A known token was refused."""
    measures.decided(use.verifier, reason)
    with _lock:
        if _waiting.count((token_id, now.date(), use.verifier, reason)):
            _waiting.refusals.setdefault((token_id, reason), LastUse(now, None, use))


def unknown(use: Use) -> None:
    """Nothing is known by this secret. Only the number is kept, never what was presented."""
    measures.decided(use.verifier, Refusal.UNKNOWN)


def take() -> Gathered:
    """Everything that waits; from now on the caller is responsible for it."""
    global _waiting
    with _lock:
        taken, _waiting = _waiting, Gathered()
    return taken


def put_back(older: Gathered) -> None:
    """Undo `take` for what could not be written."""
    with _lock:
        _waiting.put_back(older)
