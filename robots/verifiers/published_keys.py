"""`/.well-known/jwks.json`: the public keys, for whoever checks what Roster signed (RFC 7517)."""

import threading
import time
from typing import Any

import structlog
from django.db import DatabaseError, connection

from console.failures import Failures
from console.serving.endpoints import FrontRequest, FrontResponse, json_response, methods
from robots.models import SigningKey
from robots.secrets.signing_keys import RELOAD_SECONDS, Purpose, jwks

# Verifiers may keep it for so long; a key is published for longer before it signs.
CACHED_SECONDS = 300
# The authority of registries signs certificates and no token.
PUBLISHED = [purpose for purpose in Purpose.values if purpose != SigningKey.Purpose.REGISTRY_CA]

failures = Failures(structlog.get_logger("roster.keys"))


class _Published:
    """The document of a process, read at most every few seconds.

    While the database does not answer it stays what it was: who checks signatures depends on it.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.document: dict[str, Any] = {}
        self.read_at = 0.0

    def __call__(self) -> dict[str, Any]:
        with self.lock:
            if not self.document or time.monotonic() - self.read_at > RELOAD_SECONDS:
                self._read()
            return self.document

    def _read(self) -> None:
        try:
            if connection.connection is not None and not connection.is_usable():
                connection.close()
            self.document = jwks(*PUBLISHED)
        except DatabaseError as fault:
            if not self.document:
                raise
            failures.log("keys are published as they were", reason=type(fault).__name__)
        self.read_at = time.monotonic()

    def forget(self) -> None:
        """Read it again the next time."""
        self.document = {}


published = _Published()


@methods("GET", anonymous=True)
def key_set(request: FrontRequest) -> FrontResponse:
    """All public keys, those that sign next among them; kept by verifiers for five minutes."""
    response = json_response(200, published())
    response.content_type = "application/jwk-set+json"
    response.cached_seconds = CACHED_SECONDS
    return response
