"""Signed tokens (RFC 7519) as Roster issues them, and what is still to be believed of them."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

_REGISTRY = jws.JWSRegistry(algorithms=["RS256", "ES256"])

# What JSON that is no object, or that is nested too deeply, ends in.
UNREADABLE = (ValueError, TypeError, RecursionError)
# Names to values: a header, or claims.
Members = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name."""

    kid: str
    algorithm: str
    key: Key

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        """The claims as a JWS in compact form (RFC 7515, 7.1).

        The header's bytes begin the same way in every token of a key, so that scanners recognize them.
        """
        head = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid, **header}
        body = json.dumps(claims, separators=(",", ":"))
        return jws.serialize_compact(head, body, self.key, registry=_REGISTRY)


def header_of(token: str) -> Members:
    """What its header says, which nobody has checked; nothing where it is no token."""
    head = token.partition(".")[0]
    try:
        return _members(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except UNREADABLE:
        return {}


def verified_claims(token: str, key: Key, algorithm: str) -> Members | None:
    """The claims, if `key` has signed them with that algorithm; a critical extension is refused."""
    only = jws.JWSRegistry(algorithms=[algorithm])
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
