"""Wrong own secrets, counted: what people choose can be guessed, so there are only so many tries.

They are counted for a token and a client, so that nobody's guesses lock out the robot that logs in from
elsewhere, and with higher limits for a token from everywhere and for a client with all tokens.
"""

from collections.abc import Collection, Iterator
from uuid import UUID

from console.errors import TooMany
from console.networks import client_of
from console.rate_counter import RateCounter

SECONDS = 300
MAX_OF_TOKEN_AND_CLIENT = 10
MAX_OF_TOKEN = 50
MAX_OF_CLIENT = 60

_wrong = RateCounter("own-secrets", SECONDS)


def _limits(tokens: Collection[UUID], address: str) -> Iterator[tuple[str, int]]:
    """What is counted, and how often it may be wrong."""
    client = client_of(address)
    if client:
        yield client, MAX_OF_CLIENT
    for token in tokens:
        yield str(token), MAX_OF_TOKEN
        yield f"{token},{client}", MAX_OF_TOKEN_AND_CLIENT


def require_try(tokens: Collection[UUID], address: str) -> None:
    """Raise `TooMany` when there were too many wrong own secrets of these tokens, or from this address."""
    if any(_wrong.number(key) >= most for key, most in _limits(tokens, address)):
        raise TooMany("There were too many wrong secrets.", _wrong.seconds_left())


def count(tokens: Collection[UUID], address: str) -> None:
    """Note a wrong own secret that was checked against these tokens."""
    for key, _ in _limits(tokens, address):
        _wrong.add(key)
