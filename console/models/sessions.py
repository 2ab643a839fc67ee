"""What browsers' sessions hold, kept so that whoever reads the table learns and can use nothing."""

import hashlib
import hmac
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from console import keyring

KEYS = "session-key:v1"
SEALING = "session-data:v1"
HOLDERS = "session-holder:v1"


def digest_of(session_key: str, root_number: int) -> str:
    """What is kept of a session's key, which is the cookie's value."""
    pepper = keyring.key(KEYS, root_number)
    return hmac.digest(pepper, session_key.encode(), hashlib.sha256).hex()


def digests_of(session_key: str) -> list[str]:
    """What may be kept of a key: one digest for each root of the keyring."""
    return [digest_of(session_key, number) for number in keyring.numbers()]


def holder_of(user_id: str, root_number: int) -> str:
    """What is kept of who is signed in: their sessions can be told, and the table does not name them."""
    pepper = keyring.key(HOLDERS, root_number)
    return hmac.digest(pepper, user_id.encode(), hashlib.sha256).hex()


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions by their keys, of which the table has only digests."""

    def with_key(self, session_key: str) -> Self:
        """At most one, whichever root of the keyring it was begun under."""
        return self.filter(digest__in=digests_of(session_key))

    def held_by(self, user_id: int) -> Self:
        """Those in which this person is signed in."""
        return self.filter(holder__in=[holder_of(str(user_id), it) for it in keyring.numbers()])

    def going_on(self) -> Self:
        return self.filter(expires_at__gt=timezone.now())


class Session(models.Model):
    """One browser's session; the engine that reads and writes it is `console.sessions`."""

    digest = models.CharField(max_length=64, primary_key=True)
    root_number = models.PositiveIntegerField()
    sealed = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)
    # Nothing while nobody is signed in.
    holder = models.CharField(max_length=64, blank=True, default="", db_default="", db_index=True)
    seen_at = models.DateTimeField(default=timezone.now, db_default=Now())

    objects = SessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"session until {self.expires_at}"

    @property
    def uuid(self) -> UUID:
        """What addresses call it; the key cannot be told from it."""
        return UUID(hashlib.sha256(self.digest.encode()).hexdigest()[:32])

    def seal(self, content: bytes) -> None:
        """Keep `content`, which opens again in this row alone."""
        self.sealed = keyring.encrypt(SEALING, self.root_number, content, self.digest)

    def opened(self) -> bytes:
        """What was sealed; raises `cryptography.exceptions.InvalidTag` if it was not in this row."""
        return keyring.decrypt(SEALING, self.root_number, bytes(self.sealed), self.digest)
