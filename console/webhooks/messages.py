"""Messages as Standard Webhooks has them: an identifier, a moment, a signature by each secret that works.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import secrets
from collections.abc import Iterable

from console.minted_secrets import Plaintext

PREFIX = "whsec_"
KEY_BYTES = 32


def new_key() -> bytes:
    """A key to sign with."""
    return secrets.token_bytes(KEY_BYTES)


def shown(key: bytes) -> Plaintext:
    """The key as its receiver takes it."""
    return Plaintext(PREFIX + base64.b64encode(key).decode())


def headers_of(message_id: str, moment: int, body: bytes, keys: Iterable[bytes]) -> dict[str, str]:
    """What is sent with a body at that moment, in seconds since 1970."""
    signed = b".".join((message_id.encode(), str(moment).encode(), body))
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(_signature(signed, key) for key in keys),
    }


def _signature(signed: bytes, key: bytes) -> str:
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
