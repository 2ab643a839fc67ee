"""Another issuer's token as it comes: read strictly, and its times held against the clock. Nothing here
checks a signature.
"""

import base64
import re
import time
from dataclasses import dataclass
from hashlib import sha256

from robots.trusts.documents import Members, read_object

MAX_LENGTH = 16 * 1024
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# What would let a token say itself how it is to be checked.
REFUSED_HEADERS = ("crit", "jwk", "jku", "x5u", "x5c")
# How far two clocks may be apart.
LEEWAY_SECONDS = 60
MAX_LIFE_SECONDS = 24 * 3600
MAX_TEXT = 500


class Unacceptable(ValueError):
    """Nobody can take this token, and why not."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A token (RFC 7519) whose signature nobody has checked yet."""

    text: str
    header: Members
    claims: Members

    @property
    def issuer(self) -> str:
        return str(self.claims["iss"])

    @property
    def audience(self) -> str:
        """The one that it is for: a token for several could be passed on by any of them."""
        said = self.claims["aud"]
        return str(said[0] if isinstance(said, list) else said)

    @property
    def subject(self) -> str:
        return str(self.claims.get("sub", ""))

    @property
    def algorithm(self) -> str:
        return str(self.header["alg"])

    @property
    def kid(self) -> str | None:
        return self.header.get("kid")

    @property
    def expires_at(self) -> float:
        """Seconds since 1970."""
        return float(self.claims["exp"])

    @property
    def digest(self) -> str:
        """What stands for it among those that were used: its `jti`, or all that is signed.

        Not the signature: some algorithms have several for the same text.
        """
        said = self.claims.get("jti")
        unique = f"jti\0{said}" if said else f"text\0{self.text.rpartition('.')[0]}"
        return sha256(f"{self.issuer}\0{unique}".encode()).hexdigest()


def read_assertion(text: str) -> Assertion:
    """The token in `text`. Raises `Unacceptable` for what nobody could take, whoever signed it."""
    if len(text) > MAX_LENGTH:
        raise Unacceptable(f"The token is longer than {MAX_LENGTH:,} characters.")
    if not COMPACT.fullmatch(text):
        raise Unacceptable("It is no signed token: those are three parts with dots between them.")
    head, body, _ = text.split(".")
    assertion = Assertion(text, _members(head), _members(body))
    _require_header(assertion.header)
    _require_names(assertion.claims)
    return assertion


def _members(part: str) -> Members:
    try:
        encoded = part + "=" * (-len(part) % 4)
        return read_object(base64.b64decode(encoded, altchars=b"-_", validate=True))
    except ValueError as fault:
        raise Unacceptable(f"A part of it cannot be read. {fault}") from fault


def _require_header(header: Members) -> None:
    if named := [name for name in REFUSED_HEADERS if name in header]:
        raise Unacceptable(f"Its header says {named[0]}, which is never believed.")
    if not _is_text(header.get("alg")) or not _is_text(header.get("kid", "none")):
        raise Unacceptable("Its header has no algorithm, or a kid that is no text.")


def _require_names(claims: Members) -> None:
    if not _is_text(claims.get("iss")):
        raise Unacceptable("It does not say who issued it (iss).")
    said = claims.get("aud")
    if not _is_text(said[0] if isinstance(said, list) and len(said) == 1 else said):
        raise Unacceptable("It has to be for one audience (aud), and for no other.")
    for name in ("sub", "jti"):
        if name in claims and not _is_text(claims[name]):
            raise Unacceptable(f"Its {name} is no text of 1 to {MAX_TEXT} visible characters.")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and value.isprintable()


def time_fault(assertion: Assertion) -> str:
    """Why the token does not count at this moment, in words; empty when it does."""
    claims = assertion.claims
    for name in ("exp", "iat", "nbf"):
        if name in claims and not _is_moment(claims[name]):
            return f"Its {name} is no moment."
    if "exp" not in claims:
        return "It never ends: it has no exp."
    return _clock_fault(claims["exp"], claims.get("iat"), claims.get("nbf", 0))


def _clock_fault(exp: float, iat: float | None, nbf: float) -> str:
    now = time.time()
    if exp + LEEWAY_SECONDS <= now:
        return "It has expired."
    if max(iat or 0, nbf) > now + LEEWAY_SECONDS:
        return "It is from the future."
    begun = now if iat is None else min(iat, now)
    return "It lives for more than a day." if exp - begun > MAX_LIFE_SECONDS else ""


def _is_moment(value: object) -> bool:
    """Seconds since 1970, up to the year 9999."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value < 253_402_300_800
    )
