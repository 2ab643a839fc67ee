"""Secrets: mint, parse, digest, compare. Pure: no models, no settings, no request."""

import base64
import hmac
import json
import re
import secrets
import string
import time
import zlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from robots.base.jwt import Signer

PURPOSE = b"robot-token:v1:"
COMPACT_PREFIX = "rbt_"
COMPACT_RANDOM = 36
COMPACT_CHECK = 6
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
COMPACT = re.compile(rf"\A{COMPACT_PREFIX}[0-9A-Za-z]{{{COMPACT_RANDOM + COMPACT_CHECK}}}\Z")
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


class Plaintext:
    """A secret in the clear. Shows nothing of itself; `reveal()` gives it to the one answer it is for."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> Any:  # noqa: ANN401 - the protocol's own signature
        raise TypeError("a plain secret is not to be stored")

    def reveal(self) -> str:
        return self._value


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


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


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


def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return digits.rjust(width, "0")


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()), COMPACT_CHECK)


def mint_compact() -> Plaintext:
    """`rbt_`, 36 random base62 characters (214 bits), and the CRC-32 of all that in six."""
    body = COMPACT_PREFIX + "".join(secrets.choice(BASE62) for _ in range(COMPACT_RANDOM))
    return Plaintext(body + _checksum(body))


def parse(secret: str) -> Parsed | None:
    """Recognize a secret by its shape; `None` for anything that cannot be one of ours."""
    if len(secret) > MAX_LENGTH:
        return None
    if COMPACT.match(secret):
        good = secret[-COMPACT_CHECK:] == _checksum(secret[:-COMPACT_CHECK])
        return Parsed(Kind.COMPACT) if good else None
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
