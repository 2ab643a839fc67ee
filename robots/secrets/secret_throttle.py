"""Wrong own secrets, counted: what people choose can be guessed, so there are only so many tries.

They are counted for a token and a client, so that nobody's guesses lock out the robot that logs in from
elsewhere, and with higher limits for a token from everywhere and for a client with all tokens. Whoever
comes from where the token was used lately is held to the first of these alone: strangers can reach the
others.
"""

from collections.abc import Collection
from uuid import UUID

from console.errors import TooMany
from console.networks import client_of
from console.rate_counter import RateCounter
from robots.secrets import seen_addresses

SECONDS = 300
MAX_OF_TOKEN_AND_CLIENT = 10
MAX_OF_TOKEN = 50
MAX_OF_CLIENT = 60

_wrong = RateCounter("own-secrets", SECONDS)


# What is counted, and how often it may be wrong.
Limits = dict[str, int]


def _own(tokens: Collection[UUID], client: str) -> Limits:
    return {f"{token},{client}": MAX_OF_TOKEN_AND_CLIENT for token in tokens}


def _everybodys(tokens: Collection[UUID], client: str) -> Limits:
    of_client = {client: MAX_OF_CLIENT} if client else {}
    return of_client | {str(token): MAX_OF_TOKEN for token in tokens}


def _reached(limits: Limits) -> bool:
    return any(_wrong.number(key) >= most for key, most in limits.items())


def require_try(tokens: Collection[UUID], address: str) -> None:
    """Raise `TooMany` when there were too many wrong own secrets of these tokens, or from this address."""
    client = client_of(address)
    if _reached(_own(tokens, client)) or (
        _reached(_everybodys(tokens, client)) and not seen_addresses.know(tokens, address)
    ):
        raise TooMany("There were too many wrong secrets.", _wrong.seconds_left())


def count(tokens: Collection[UUID], address: str) -> None:
    """Note a wrong own secret that was checked against these tokens."""
    client = client_of(address)
    for key in _own(tokens, client) | _everybodys(tokens, client):
        _wrong.add(key)
