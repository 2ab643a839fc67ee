"""Rotating the cast's token, and logging in with what comes of it."""

from datetime import timedelta
from typing import Any

from robots.models import Secret
from robots.tokens.services.minting import Minted
from robots.tokens.services.secrets import rotate_token
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.conftest import Cast

USE = Use("registry", "192.0.2.7", "docker/24")
SECOND = timedelta(seconds=1)


def result(secret: str, name: str | None = None) -> Any:
    return authenticate(name, secret, USE)


def works(secret: str, name: str | None = None) -> bool:
    return isinstance(result(secret, name), Credential)


def rotate(cast: Cast, **changes: Any) -> Minted:
    live = cast.token.secrets.live().first()
    fields = {
        "actor": cast.owner,
        "token": cast.token,
        "current": live and live.pk,
        "kind": "compact",
    }
    return rotate_token(**(fields | changes))


def old(cast: Cast) -> Secret:
    return Secret.objects.get(pk=cast.minted.secret.pk)
