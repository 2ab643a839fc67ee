"""One-time links that mint a secret for whoever opens them."""

import hashlib
import hmac
import secrets
import uuid
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from console import keyring
from robots.models.tokens import Secret, Token
from teams.models import User

HANDOVER_PURPOSE = "handover:v1"


def new_key() -> str:
    """The secret part of a link: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(key: str, root_number: int) -> str:
    """What is kept of a link's key."""
    pepper = keyring.key(HANDOVER_PURPOSE, root_number)
    return hmac.digest(pepper, key.encode(), hashlib.sha256).hex()


class HandoverQuerySet(models.QuerySet["Handover"]):
    """Links by what became of them."""

    def pending(self) -> Self:
        """Those that nobody has opened and nobody took back; time may have ended them."""
        return self.filter(opened_at=None, withdrawn_at=None)


class Handover(models.Model):
    """A link for the person who needs a token's secret.

    Before it is opened there is no secret, and of the link only a digest. `maker` has to hold what
    it confers when it is made and again when it is opened.
    """

    class Purpose(models.TextChoices):
        CREATE = "create", "the first secret"
        ROTATE = "rotate", "a new secret beside the old one"
        REFRESH = "refresh", "a new secret instead of the old one"

    class Kind(models.TextChoices):
        SIGNED = "signed", "Signed (JWT)"
        COMPACT = "compact", "Compact"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="handovers")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    old_ends = models.CharField(max_length=10, blank=True, default="")  # of a rotation
    key_digest = models.CharField(max_length=64, unique=True)
    root_number = models.PositiveIntegerField()
    maker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_address = models.CharField(max_length=45, blank=True, default="")
    reopened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    secret = models.OneToOneField(
        Secret, null=True, blank=True, on_delete=models.SET_NULL, related_name="handover"
    )
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    objects = HandoverQuerySet.as_manager()
    actor_kind = "link"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["token"],
                condition=Q(opened_at=None, withdrawn_at=None),
                name="handover_pending_unique",
            ),
            models.CheckConstraint(
                condition=Q(purpose="rotate") & ~Q(old_ends="")
                | Q(purpose__in=["create", "refresh"], old_ends=""),
                name="handover_purpose_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["signed", "compact"]), name="handover_kind_known"
            ),
        )

    def __str__(self) -> str:
        return f"hand-over of {self.token}"

    @property
    def actor_uuid(self) -> UUID:
        return self.uuid

    @property
    def actor_label(self) -> str:
        """Who an event or a secret is by: nobody knows who opened the link."""
        return f"The link of {self.maker.email}"[:255]

    @property
    def is_open(self) -> bool:
        """Whether nobody opened it, nobody took it back and its time has not come."""
        return not (self.opened_at or self.withdrawn_at) and self.ends_at > timezone.now()

    def has_key(self, key: str) -> bool:
        """Whether `key` is this link's, in constant time."""
        found = digest_of(key, self.root_number)
        return hmac.compare_digest(found.encode(), self.key_digest.encode())
