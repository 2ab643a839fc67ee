"""Personal access tokens of the cast's owner, and what comes with one."""

from typing import Any

from robots.models import Token
from robots.tokens.services.minting import Minted
from robots.tokens.services.tokens import create_personal_token
from robots.usage.counters import Use
from robots.verifiers.api_authentication import owner_of
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from teams.models import User
from tests.conftest import Cast

USE = Use("api", "192.0.2.7", "curl/8")


def make(cast: Cast, **changes: Any) -> Minted:
    """One named laptop; compact, so that it costs no RSA signature."""
    fields: dict[str, Any] = {"actor": cast.owner, "name": "laptop", "kind": "compact"}
    return create_personal_token(**(fields | changes))


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
