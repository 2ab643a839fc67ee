"""Tokens with a secret that somebody chose, and logging in with it."""

from typing import Any

from console.minted_secrets import Plaintext
from robots.tokens.services.minting import Minted
from robots.tokens.services.tokens import create_token
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.conftest import Cast

USE = Use("test", "192.0.2.7", "pytest")
CHOSEN = "Correct-horse-9-battery"
OTHER = "Another-horse-7-battery"


def choose(cast: Cast, secret: str = CHOSEN, **changes: Any) -> Minted:
    fields: dict[str, Any] = {
        "actor": cast.owner,
        "robot": cast.robot,
        "name": "typed",
        "own": Plaintext(secret),
    }
    return create_token(**(fields | changes))


def result(username: str | None, secret: str = CHOSEN) -> Any:
    return authenticate(username, secret, USE)


def logged_in(username: str | None, secret: str = CHOSEN) -> bool:
    return isinstance(result(username, secret), Credential)
