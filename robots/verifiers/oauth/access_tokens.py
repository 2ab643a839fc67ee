"""Access tokens (RFC 9068): signed, read again, and held against what is in force now."""

import functools
import secrets
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from joserfc.jwk import ECKey

from console.databases.statements import Parameter, Statement
from console.permissions.vocabulary import Permissions, with_implied
from robots.base.credentials import MAX_LENGTH
from robots.base.jwt import Members, header_of, verified_claims
from robots.base.states import Refusal
from robots.models import RevokedAccessToken, SigningKey
from robots.secrets import signing_keys
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers import hot_queries
from robots.verifiers.authentication import Admission, admit, everybody
from robots.verifiers.credential import Credential
from robots.verifiers.oauth.scopes import known, written

TYPE = "at+jwt"
ALGORITHM = "ES256"


class KeyRow(NamedTuple):
    """What checks a signature."""

    public_pem: str


class IdRow(NamedTuple):
    """That something is there."""

    id: int


keys = Statement(
    KeyRow,
    lambda: SigningKey.objects.exclude(state=SigningKey.State.WITHDRAWN).filter(
        purpose=SigningKey.Purpose.ACCESS_TOKENS, kid=Parameter("kid")
    ),
)
revoked = Statement(IdRow, lambda: RevokedAccessToken.objects.filter(jti=Parameter("jti")))


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, and for how many seconds it is good."""

    token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What Roster has signed and is not over; whether it is in force is asked apart."""

    claims: Members

    @property
    def jti(self) -> str:
        return str(self.claims["jti"])

    @property
    def audience(self) -> str:
        return str(self.claims["aud"])

    @property
    def subject(self) -> str:
        return str(self.claims["sub"])

    @property
    def scope(self) -> Permissions:
        return known(self.claims["scope"])

    @property
    def ends_at(self) -> datetime:
        return datetime.fromtimestamp(self.claims["exp"], UTC)


def sign(
    credential: Credential, audience: str, scope: Permissions, seconds: int | None = None
) -> Issued:
    """A token of the robot for `audience`, never good beyond its own token or itself, nor for longer than
    `seconds`, or than is set for all.

    `roster_secret` is the row of the secret that asked: it ends with that.
    """
    now = int(time.time())
    end = now + (seconds or settings.ROSTER_ACCESS_TOKEN_SECONDS)
    if credential.ends_at is not None:
        end = min(end, int(credential.ends_at.timestamp()))
    claims: Members = {
        "iss": settings.ROSTER_ORIGIN,
        "sub": subject_of(credential),
        "client_id": str(credential.access_id),
        "aud": audience,
        "exp": end,
        "iat": now,
        # Nothing that anybody takes for an access ID, which is what a robot's own token has here.
        "jti": secrets.token_urlsafe(16),
        "scope": written(scope),
        **_about(credential),
    }
    key = signing_keys.current(SigningKey.Purpose.ACCESS_TOKENS)
    return Issued(key.signer.sign(claims, typ=TYPE), end - now)


def subject_of(credential: Credential) -> str:
    """The owner of a token, as tokens name it."""
    return f"{credential.actor_kind}|{credential.actor_uuid}"


def _about(credential: Credential) -> dict[str, Any]:
    """Roster's own claims."""
    return {
        "organization": credential.row.token__robot__organization__slug,
        "robot": credential.actor_label,
        "roster_token": str(credential.access_id),
        "roster_secret": credential.row.id,
    }


def is_access_token(token: str) -> bool:
    """Whether it says so of itself: other signed tokens of Roster have another type."""
    kind = header_of(token).get("typ")
    return isinstance(kind, str) and kind.lower().removeprefix("application/") == TYPE


def read(token: str) -> AccessToken | None:
    """What a token says, if a key that nobody has withdrawn signed it and it is not over."""
    if len(token) > MAX_LENGTH or not is_access_token(token):
        return None
    key = _key(header_of(token).get("kid"))
    claims = verified_claims(token, key, ALGORITHM) if key else None
    if claims is None or claims["iss"] != settings.ROSTER_ORIGIN or claims["exp"] <= time.time():
        return None
    return AccessToken(claims)


def _key(kid: object) -> ECKey | None:
    if not isinstance(kid, str) or not kid.isprintable():
        return None
    rows = keys.rows(kid=kid)
    return _parsed(rows[0].public_pem) if rows else None


@functools.lru_cache(maxsize=16)
def _parsed(pem: str) -> ECKey:
    return ECKey.import_key(pem)


def credential_of(
    access: AccessToken, use: Use, refusal: Admission = everybody, *, exempt: bool = False
) -> Credential | Refusal:
    """The credential that a token stands for, narrowed to its scope, or why it is not in force now."""
    secret = secret_of(access)
    if secret is None:
        counters.unknown(use)
        return Refusal.UNKNOWN
    found = admit(secret, use, refusal, exempt=exempt)
    return found if isinstance(found, Refusal) else _narrowed(found, access)


def secret_of(access: AccessToken) -> hot_queries.SecretRow | None:
    """The secret that asked for the token; none for a token that was revoked."""
    if revoked.rows(jti=access.jti):
        return None
    rows = hot_queries.secret_of_access_token.rows(
        secret_id=access.claims["roster_secret"], access_id=UUID(access.claims["roster_token"])
    )
    return rows[0] if rows else None


def _narrowed(credential: Credential, access: AccessToken) -> Credential:
    scope, own = access.scope, credential.limits.permissions
    permissions = scope if own is None else scope & with_implied(own)
    ends_at = min(access.ends_at, credential.ends_at or access.ends_at)
    limits = replace(credential.limits, permissions=permissions)
    return replace(credential, limits=limits, ends_at=ends_at, briefly=True)
