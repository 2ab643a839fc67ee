"""Codes of authenticator apps (RFC 6238) and recovery codes: how they are made and compared. Pure."""

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote, urlencode

PERIOD, DIGITS, SEED_BYTES = 30, 6, 20
# Clocks of telephones go wrong: the step before and the one after count as well.
DRIFT = 1
RECOVERY_CODES, GROUPS, GROUP = 10, 3, 4
# Without those that are read for one another: 60 bits a code.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyzo"


def new_seed() -> str:
    """A seed as apps take it: base32."""
    return base64.b32encode(secrets.token_bytes(SEED_BYTES)).decode()


def code_at(seed: str, counter: int) -> str:
    """The code of one step of 30 seconds."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", counter), hashlib.sha1)
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFF_FFFF) % 10**DIGITS:0{DIGITS}}"


def counter_of(seed: str, code: str, now: float) -> int | None:
    """Which step the code is of, if of one that counts now."""
    this = int(now) // PERIOD
    steps = range(this - DRIFT, this + DRIFT + 1)
    typed = plain(code).encode()
    right = [step for step in steps if hmac.compare_digest(code_at(seed, step).encode(), typed)]
    return right[0] if right else None


def plain(code: str) -> str:
    """A code without what people write between its groups."""
    return "".join(code.split()).replace("-", "").lower()


def in_groups(text: str) -> str:
    """Four characters at a time, as one reads them out."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def new_recovery_codes() -> list[str]:
    return ["-".join(_group() for _ in range(GROUPS)) for _ in range(RECOVERY_CODES)]


def _group() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(GROUP))


def app_link(seed: str, issuer: str, account: str) -> str:
    """What the picture says that an app reads."""
    query = urlencode({"secret": seed, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
