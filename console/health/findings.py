"""What a check of the installation comes to: a state and one sentence, without any secret."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

# What stands before the host in an address: a name, and perhaps a password.
ACCOUNT = re.compile(r"(?<=://)[^/?#@\s]*@")
# Also what ends or colours a terminal's line: words may come from another server.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
LONGEST = 400
HIDDEN = "…"


class State(StrEnum):
    """How it is with what was checked, from best to worst."""

    NOT_APPLICABLE = "not applicable"
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: how it is, what is and what to do."""

    state: State
    words: str


class Asks(StrEnum):
    """What a check waits for. Those of the database follow each other; others wait at the same time."""

    DATABASE = "database"
    NETWORK = "network"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong. What asks the network takes how many seconds it may wait."""

    name: str
    label: str
    run: Callable[..., Finding]
    asks: Asks = Asks.DATABASE


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A check and what it found."""

    name: str
    label: str
    state: State
    words: str


def ok(words: str) -> Finding:
    return Finding(State.OK, words)


def warning(words: str) -> Finding:
    return Finding(State.WARNING, words)


def failed(words: str) -> Finding:
    return Finding(State.FAILED, words)


def not_applicable(words: str) -> Finding:
    return Finding(State.NOT_APPLICABLE, words)


def worst(diagnoses: Iterable[Diagnosis]) -> State:
    """The state of the whole: that of what is worst."""
    order = list(State)
    return max((it.state for it in diagnoses), key=order.index, default=State.OK)


def masked(words: str) -> str:
    """`words` on one line, without the passwords of the settings and the accounts of addresses."""
    for secret in _secrets():
        words = words.replace(secret, HIDDEN)
    return UNPRINTABLE.sub(" ", ACCOUNT.sub(f"{HIDDEN}@", words))[:LONGEST]


def _secrets() -> Iterator[str]:
    known = (
        settings.DATABASES["default"].get("PASSWORD"),
        settings.EMAIL_HOST_PASSWORD,
        urlsplit(settings.ROSTER_REDIS_URL).password,
        settings.ROSTER_METRICS_TOKEN,
        settings.SECRET_KEY,
    )
    yield from (str(secret) for secret in known if secret)


def several(number: int, one: str, many: str) -> str:
    """`1 letter`, `2 letters`."""
    return f"{number:,} {one if number == 1 else many}"
