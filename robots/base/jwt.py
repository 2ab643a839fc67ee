"""Signed tokens (RFC 7519) as Roster issues them, and what is still to be believed of them."""

import base64
import functools
import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

_REGISTRY = jws.JWSRegistry(algorithms=["RS256", "ES256"])
_to_json = json.JSONEncoder(separators=(",", ":")).encode

# What JSON that is no object, or that is nested too deeply, ends in.
UNREADABLE = (ValueError, TypeError, RecursionError)
# Names to values: a header, or claims.
Members = dict[str, Any]
# What a header says beside algorithm, type and key.
Parameter = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name."""

    kid: str
    algorithm: str
    key: Key

    def sign(self, claims: Mapping[str, Any], **header: Parameter) -> str:
        """The claims as a JWS in compact form (RFC 7515, 7.1).

        The header's bytes begin the same way in every token of a key, so that scanners recognize them.
        joserfc's own function for that form costs as much again as the signature does, for each token
        checking a header that is the same in all of them.
        """
        head = _encoded_header(self.algorithm, self.kid, *header.items())
        signed = f"{head}.{_encoded(_to_json(claims).encode())}"
        signature = _REGISTRY.get_alg(self.algorithm).sign(signed.encode(), self.key)
        return f"{signed}.{_encoded(signature)}"


@functools.lru_cache(maxsize=64)
def _encoded_header(algorithm: str, kid: str, *more: tuple[str, Parameter]) -> str:
    header = {"alg": algorithm, "typ": "JWT", "kid": kid, **dict(more)}
    return _encoded(_to_json(header).encode())


def beginning_of(algorithm: str, typ: str) -> str:
    """How every token of that type begins that `Signer` signs with that algorithm, whatever its key."""
    known = _to_json({"alg": algorithm, "typ": typ}).encode()[:-1]
    return _encoded(known[: len(known) // 3 * 3])


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def header_of(token: str) -> Members:
    """What its header says, which nobody has checked; nothing where it is no token."""
    head = token.partition(".")[0]
    try:
        return _members(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except UNREADABLE:
        return {}


class _Registry(jws.JWSRegistry):
    """Ed25519 is called `EdDSA` by most, of which joserfc warns each time since RFC 9864: not this one."""

    algorithms = jws.JWSRegistry.algorithms | {"EdDSA": copy(jws.JWSRegistry.algorithms["EdDSA"])}


_Registry.algorithms["EdDSA"].security_warning = None


def verified_claims(token: str, key: Key, algorithm: str) -> Members | None:
    """The claims, if `key` has signed them with that algorithm; a critical extension is refused."""
    only = _Registry(algorithms=[algorithm])
    try:
        return _members(jws.deserialize_compact(token, key, registry=only).payload)
    except (JoseError, *UNREADABLE):
        return None


def _members(encoded: bytes) -> Members:
    """A JSON object; raises one of `UNREADABLE` for anything else."""
    found = json.loads(encoded)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found
