"""Where people have signed in, so that they hear of a sign-in from elsewhere."""

import hashlib
import hmac

from django.conf import settings
from django.db import models
from django.utils import timezone

from console import keyring

KNOWN = "known-sign-in:v1"


class KnownSignIn(models.Model):
    """A kind of browser, or a network, that somebody has signed in from; the row does not say which."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_sign_ins"
    )
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="known_sign_in_once"),
        ]

    def __str__(self) -> str:
        return f"a sign-in of {self.user_id}, seen {self.seen_at}"

    @staticmethod
    def digest_of(text: str, root_number: int) -> str:
        """What is kept of a browser or a network."""
        pepper = keyring.key(KNOWN, root_number)
        return hmac.digest(pepper, text.encode(), hashlib.sha256).hex()
