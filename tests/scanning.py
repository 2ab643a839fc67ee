"""A scanning partner: its keys, and reports that it signs."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.front import Answer, ask

IDENTIFIER = "first-key"
JSON: dict[str, Any] = {"CONTENT_TYPE": "application/json"}


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_pem(key: Any) -> str:
    encoding = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    pem: str = key.public_key().public_bytes(*encoding).decode()
    return pem


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


# Of the partner that every furnished world has.
KEY = new_key()


def signature(body: bytes, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    return base64.b64encode(key.sign(body, ec.ECDSA(hashes.SHA256()))).decode()


def signed(body: bytes, *, identifier: str = IDENTIFIER, by: str | None = None) -> Answer:
    """A partner's report; `by` is its signature."""
    return ask(
        "/credentials/leaks",
        "POST",
        body=body,
        HTTP_GITHUB_PUBLIC_KEY_IDENTIFIER=identifier,
        HTTP_GITHUB_PUBLIC_KEY_SIGNATURE=signature(body) if by is None else by,
        **JSON,
    )


def found(*tokens: str, **more: Any) -> bytes:
    """What a partner sends about these."""
    values = {"type": "roster_token", "url": "https://git.example.com/a", "source": "content"}
    return json.dumps([{"token": token} | values | more for token in tokens]).encode()


def report(document: Any, **extra: Any) -> Answer:
    """What anybody may send."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return ask("/credentials/revoke", "POST", body=body, **JSON | extra)
