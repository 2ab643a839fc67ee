"""The secrets with which services prove who they are when they ask."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from console import keyring
from console.minted_secrets import digest
from console.models.services import Service

SERVICE_SECRETS = "service-secret:v1"
SERVICE_PREFIX = "rsv_"


def digest_of(secret: str, root_number: int) -> str:
    """What is kept of a service's secret."""
    return digest(f"{SERVICE_SECRETS}:", secret, keyring.key(SERVICE_SECRETS, root_number))


class ServiceSecretQuerySet(models.QuerySet["ServiceSecret"]):
    """Secrets by whether they still work."""

    def live(self) -> Self:
        """Those that have not ended, the newest first: one, or two while a change overlaps."""
        alive = self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
        return alive.order_by("-id")


class ServiceSecret(models.Model):
    """One secret of a service: only its keyed digest, and when it ends."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="secrets")
    digest = models.CharField(max_length=64, unique=True)
    root_number = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=255)
    ends_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    objects = ServiceSecretQuerySet.as_manager()

    def __str__(self) -> str:
        return f"secret of {self.service}"
