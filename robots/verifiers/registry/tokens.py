"""The signed token that a registry takes: ES256, recognized by its certificate or its `kid`."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from robots.models import SigningKey
from robots.secrets import signing_keys
from robots.verifiers.services import ServiceRow

Access = Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Issued:
    """A token, when it was made, and for how many seconds it is good."""

    token: str
    issued_at: str
    expires_in: int


def sign(service: ServiceRow, subject: str, access: Access, ends_at: datetime | None) -> Issued:
    """A token of `subject` for `service`, good for `ROSTER_REGISTRY_TOKEN_SECONDS` or until `ends_at`."""
    now = int(time.time())
    end = now + settings.ROSTER_REGISTRY_TOKEN_SECONDS
    if ends_at is not None:
        end = min(end, int(ends_at.timestamp()))
    claims = {
        "iss": settings.ROSTER_ORIGIN,
        "sub": subject,
        "aud": service.identifier,
        "exp": end,
        "nbf": now,
        "iat": now,
        # It has to differ, not to be hard to guess.
        "jti": f"{random.getrandbits(128):032x}",
        "access": access,
    }
    key = signing_keys.current(SigningKey.Purpose.REGISTRY)
    certificates = {"x5c": key.x5c} if service.uses_x5c and key.x5c else {}
    token = key.signer.sign(claims, **certificates)
    return Issued(token, datetime.fromtimestamp(now, UTC).isoformat(), end - now)
