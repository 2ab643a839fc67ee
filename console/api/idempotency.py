"""The `Idempotency-Key` of a request that makes a secret."""

import json
from uuid import UUID

from django.utils.crypto import salted_hmac

from console.api.generics import ApiRequest
from console.repetition import ASKED_BYTES

IDEMPOTENCY_KEY = "Idempotency-Key"


def request_key(request: ApiRequest) -> UUID | None:
    """The header as what a secret's row keeps; `None` without one. It ends with what was asked: the address
    and what the body says, however it is written.
    """
    text = request.headers.get(IDEMPOTENCY_KEY, "")
    if not text:
        return None
    # With the secret key in it, so that nobody can use up the keys of somebody else.
    of_key = _mixed(f"{request.user.actor_uuid}:{text}")[:-ASKED_BYTES]
    asked = json.dumps([request.method, request.path, request.data], sort_keys=True)
    return UUID(bytes=of_key + _mixed(asked)[:ASKED_BYTES])


def _mixed(text: str) -> bytes:
    return salted_hmac(IDEMPOTENCY_KEY, text, algorithm="sha256").digest()[:16]
