"""Secrets: mint, parse, digest, compare. Pure: no models, no settings, no request."""

import base64
import hmac
import json
import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from console.minted_secrets import Plaintext, has_right_checksum, has_shape, mint
from robots.base.jwt import Signer

PURPOSE = b"robot-token:v1:"
COMPACT_PREFIX = "rbt_"
JWT = re.compile(r"\A[A-Za-z0-9_-]{1,512}\.[A-Za-z0-9_-]{1,2048}\.[A-Za-z0-9_-]{1,1024}\Z")
MAX_LENGTH = 4096
KID_PREFIX = "roster-"
# A secret that a person chose: what it needs, as a pattern that Python and browsers read alike, and in words.
OWN_RULES = (
    (r"^.{8,128}$", "8 to 128 characters"),
    (r"^[!-~]+$(?!\n)", "printable ASCII characters, no white space"),
    (r"[A-Z]", "an upper-case letter"),
    (r"[a-z]", "a lower-case letter"),
    (r"[0-9]", "a digit"),
)
OWN = re.compile(r"[!-~]{8,128}")
# argon2id (RFC 9106) with OWASP's smaller parameters: about 90 ms a check.
SLOW = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Kind(StrEnum):
    """What a secret looks like, by its bytes alone."""

    SIGNED = "signed"
    COMPACT = "compact"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A recognized secret; `access_id` is the token it claims to be of, for signed ones."""

    kind: Kind
    access_id: UUID | None = None


def mint_signed(
    signer: Signer, *, access_id: UUID, subject: str, issuer: str, expires_at: datetime | None
) -> Plaintext:
    """An RS256 JWT. The nonce keeps key and row from re-making it: RS256 is deterministic.

    `subject` is `robot|<uuid>` or `user|<uuid>`.
    """
    claims: dict[str, Any] = {
        "jti": str(access_id),
        "sub": subject,
        "iss": issuer,
        "aud": issuer,
        "iat": int(time.time()),
        "nonce": secrets.token_urlsafe(16),
    }
    if expires_at is not None:
        claims["exp"] = int(expires_at.timestamp())
    return Plaintext(signer.sign(claims))


def mint_compact() -> Plaintext:
    """A secret of `rbt_` and 42 characters: `console.minted_secrets.mint` says which."""
    return mint(COMPACT_PREFIX)


def parse(secret: str) -> Parsed | None:
    """Recognize a secret by its shape; `None` for anything that cannot be one of ours."""
    if len(secret) > MAX_LENGTH:
        return None
    if has_shape(COMPACT_PREFIX, secret):
        return Parsed(Kind.COMPACT) if has_right_checksum(secret) else None
    if JWT.match(secret):
        access_id = _claimed_access_id(secret)
        return Parsed(Kind.SIGNED, access_id) if access_id else None
    return None


def _claimed_access_id(secret: str) -> UUID | None:
    body = secret.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return UUID(claims["jti"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def digest(secret: str, key: bytes) -> str:
    """The keyed digest that is stored: HMAC-SHA-256 over the exact bytes, in hexadecimal."""
    return hmac.digest(key, PURPOSE + secret.encode(), "sha256").hex()


def matches(secret: str, stored: str, key: bytes) -> bool:
    """Whether `secret` is the one whose digest was stored, in constant time."""
    return hmac.compare_digest(digest(secret, key), stored)


def own_secret_faults(secret: str) -> list[str]:
    """What a secret that somebody typed lacks, a sentence each; nothing when it may be used."""
    faults = [
        f"It needs {words}."
        for pattern, words in OWN_RULES
        if not re.search(pattern, secret, re.DOTALL)
    ]
    if parse(secret) is not None:
        faults.append("It looks like a token that Roster makes. Choose something else.")
    return faults


def may_be_own(secret: str) -> bool:
    """Whether it is worth asking for: what cannot be anybody's own secret costs nothing."""
    return OWN.fullmatch(secret) is not None


def hash_own(secret: str, key: bytes) -> str:
    """What is stored of an own secret: argon2id over its keyed digest.

    What people choose can be guessed; whoever has the database without the keyring cannot even try.
    """
    return SLOW.hash(digest(secret, key))


def matches_own(secret: str, stored: str, key: bytes) -> bool:
    """Whether `secret` is the one whose hash was stored. Takes about 90 ms and 19 MiB."""
    try:
        return SLOW.verify(stored, digest(secret, key))
    except (VerificationError, InvalidHashError):
        return False
