"""Signing keys, their private parts sealed under the keyring."""

import uuid

from django.db import models
from django.db.models import Q


class SigningKey(models.Model):
    """One key: `next` until it signs, `current` while it does, `retired` while it is still published.

    One that leaked is `withdrawn`: nothing that it signed is believed. Both have no private part any more.
    """

    class Purpose(models.TextChoices):
        ROBOT_TOKENS = "robot-tokens", "Robot tokens"
        REGISTRY = "registry", "Registry tokens"
        REGISTRY_CA = "registry-ca", "Registry certificate authority"
        ACCESS_TOKENS = "access-tokens", "OAuth access tokens"

    class State(models.TextChoices):
        NEXT = "next"
        CURRENT = "current"
        RETIRED = "retired"
        WITHDRAWN = "withdrawn"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kid = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=10)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    private = models.BinaryField(blank=True)
    root_number = models.PositiveIntegerField()
    public_pem = models.TextField()
    certificate_pem = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(state="current"), name="signing_key_one_current"
            ),
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(state="next"), name="signing_key_one_next"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["next", "current", "retired", "withdrawn"]),
                name="signing_key_state_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.kid}"
