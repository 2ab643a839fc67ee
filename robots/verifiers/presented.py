"""What comes to a verifier: a secret, or an access token that is for this very service."""

from functools import partial

from robots.base.jwt import beginning_of
from robots.base.states import Refusal
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate, everybody, names
from robots.verifiers.credential import Credential
from robots.verifiers.hot_queries import SecretRow
from robots.verifiers.oauth.access_tokens import ALGORITHM, TYPE, credential_of, read
from robots.verifiers.oauth.checking import admission
from robots.verifiers.services import ServiceRow

# How each of Roster's own access tokens begins; others are not even read.
BEGINNING = beginning_of(ALGORITHM, TYPE)


def authenticate_at(
    service: ServiceRow, username: str | None, secret: str, use: Use
) -> Credential | Refusal:
    """The credential behind `secret` as `authenticate` finds it, or behind an access token for `service`."""
    if not secret.startswith(BEGINNING):
        return authenticate(username, secret, use, service.refusal)
    access = read(secret)
    if access is None:
        counters.unknown(use)
        return Refusal.UNKNOWN
    also = everybody if username is None else partial(_named, username)
    return credential_of(access, use, admission(service, access, also))


def _named(username: str, row: SecretRow) -> Refusal | None:
    return None if names(row, username) else Refusal.WRONG_NAME
