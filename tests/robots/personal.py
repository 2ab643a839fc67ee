"""Personal access tokens of the cast's owner, and what comes with one."""

from typing import Any

from robots.api.authentication import owner_of
from robots.authentication import Credential, authenticate
from robots.models import Token
from robots.services.tokens import Minted, create_personal_token
from robots.usage import Use
from teams.models import User
from tests.conftest import Cast

USE = Use("api", "192.0.2.7", "curl/8")


def make(cast: Cast, **changes: Any) -> Minted:
    """One named laptop; compact, so that it costs no RSA signature."""
    fields = {"actor": cast.owner, "name": "laptop", "kind": "compact"}
    return create_personal_token(**(fields | changes))  # type: ignore[arg-type]


def result(secret: str) -> Any:
    return authenticate(None, secret, USE)


def works(minted: Minted) -> bool:
    return isinstance(result(minted.plaintext.reveal()), Credential)


def coming_with(minted: Minted) -> User:
    """The person as whoever came with that token acts."""
    actor = owner_of(result(minted.plaintext.reveal()))
    assert isinstance(actor, User)
    return actor


def only_secret(token: Token) -> int:
    return token.secrets.live().get().pk
