"""The signed token that a registry takes: ES256, recognized by its certificate or its `kid`."""

import base64
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from console.serving.endpoints import to_json
from robots.models import SigningKey
from robots.secrets import signing_keys

Access = Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Issued:
    """A token, when it was made, and for how many seconds it is good."""

    token: str
    issued_at: str
    expires_in: int


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


# The encoded header by key and whether it carries the certificate: the same for every token.
_headers: dict[tuple[str, bool], bytes] = {}


def _header(key: signing_keys.SigningIdentity) -> bytes:
    wanted = (key.kid, settings.ROSTER_REGISTRY_X5C)
    if wanted not in _headers:
        _headers[wanted] = _encoded_header(key)
    return _headers[wanted]


def _encoded_header(key: signing_keys.SigningIdentity) -> bytes:
    header: dict[str, Any] = {"alg": key.algorithm, "typ": "JWT", "kid": key.kid}
    if settings.ROSTER_REGISTRY_X5C and key.certificate is not None:
        # RFC 7515, 4.1.6: plain base64 of the DER, not the URL-safe kind.
        header["x5c"] = [base64.b64encode(key.certificate.public_bytes(Encoding.DER)).decode()]
    return _b64(to_json(header).encode())


def sign(subject: str, access: Access, ends_at: datetime | None) -> Issued:
    """A token for `subject`, good for `ROSTER_REGISTRY_TOKEN_SECONDS` or until `ends_at`."""
    now = int(time.time())
    end = now + settings.ROSTER_REGISTRY_TOKEN_SECONDS
    if ends_at is not None:
        end = min(end, int(ends_at.timestamp()))
    token = _signed(
        {
            "iss": settings.ROSTER_ORIGIN,
            "sub": subject,
            "aud": settings.ROSTER_REGISTRY_SERVICE,
            "exp": end,
            "nbf": now,
            "iat": now,
            # It has to differ, not to be hard to guess.
            "jti": f"{random.getrandbits(128):032x}",
            "access": access,
        }
    )
    return Issued(token, datetime.fromtimestamp(now, UTC).isoformat(), end - now)


def _signed(claims: Mapping[str, Any]) -> str:
    """A JWS in compact form (RFC 7515, 7.1)."""
    key = signing_keys.current(SigningKey.Purpose.REGISTRY)
    signing_input = _header(key) + b"." + _b64(to_json(claims).encode())
    return (signing_input + b"." + _b64(key.sign(signing_input))).decode()
