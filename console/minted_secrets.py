"""Compact secrets that Roster makes: known by a prefix and a checksum. Pure: no models, no settings."""

import hmac
import re
import secrets
import string
import zlib
from typing import Any

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM = 36
CHECK = 6
BODY = re.compile(rf"\A[0-9A-Za-z]{{{RANDOM + CHECK}}}\Z")


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


def mint(prefix: str) -> Plaintext:
    """`prefix`, 36 random base62 characters (214 bits), and the CRC-32 of all that in six."""
    body = prefix + "".join(secrets.choice(BASE62) for _ in range(RANDOM))
    return Plaintext(body + _checksum(body))


def has_shape(prefix: str, secret: str) -> bool:
    """Whether it begins with `prefix` and is as long as what `mint` makes."""
    return secret.startswith(prefix) and BODY.match(secret.removeprefix(prefix)) is not None


def has_right_checksum(secret: str) -> bool:
    """Whether nobody has mistyped or cut it."""
    return secret[-CHECK:] == _checksum(secret[:-CHECK])


def digest(purpose: str, secret: str, key: bytes) -> str:
    """The keyed digest that is stored: HMAC-SHA-256 over the exact bytes, in hexadecimal."""
    return hmac.digest(key, (purpose + secret).encode(), "sha256").hex()


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()), CHECK)


def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return digits.rjust(width, "0")
