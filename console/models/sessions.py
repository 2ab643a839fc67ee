"""What browsers' sessions hold, kept so that whoever reads the table learns and can use nothing."""

import hashlib
import hmac
from typing import Self

from django.db import models

from console import keyring

KEYS = "session-key:v1"
SEALING = "session-data:v1"


def digest_of(session_key: str, root_number: int) -> str:
    """What is kept of a session's key, which is the cookie's value."""
    pepper = keyring.key(KEYS, root_number)
    return hmac.digest(pepper, session_key.encode(), hashlib.sha256).hex()


def digests_of(session_key: str) -> list[str]:
    """What may be kept of a key: one digest for each root of the keyring."""
    return [digest_of(session_key, number) for number in keyring.numbers()]


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions by their keys, of which the table has only digests."""

    def with_key(self, session_key: str) -> Self:
        """At most one, whichever root of the keyring it was begun under."""
        return self.filter(digest__in=digests_of(session_key))


class Session(models.Model):
    """One browser's session; the engine that reads and writes it is `console.sessions`."""

    digest = models.CharField(max_length=64, primary_key=True)
    root_number = models.PositiveIntegerField()
    sealed = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    objects = SessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"session until {self.expires_at}"

    def seal(self, content: bytes) -> None:
        """Keep `content`, which opens again in this row alone."""
        self.sealed = keyring.encrypt(SEALING, self.root_number, content, self.digest)

    def opened(self) -> bytes:
        """What was sealed; raises `cryptography.exceptions.InvalidTag` if it was not in this row."""
        return keyring.decrypt(SEALING, self.root_number, bytes(self.sealed), self.digest)
