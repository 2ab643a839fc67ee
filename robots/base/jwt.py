"""Signed tokens (RFC 7519) as Roster issues them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.jwk import Key

_REGISTRY = jws.JWSRegistry(algorithms=["RS256", "ES256"])


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
