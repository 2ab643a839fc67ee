"""Webhooks: programs that are told what happens, the secrets they know Roster by, and what was sent."""

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from console import keyring, names
from console.models.constraints import unique
from console.models.notices import Notice
from console.models.organizations import Organization, description_field
from console.outgoing.places import MOST_CHARACTERS, Place, read_place
from console.permissions.decision import Target

SEALING = "webhook-secret:v1"
# The kind that stands for all there are.
EVERYTHING = "everything"
# A fingerprint in the audit log tells two addresses apart and gives neither away.
FINGERPRINT = 12


def validate_url(value: str) -> None:
    """Refuse what Roster sends nothing to."""
    try:
        read_place(value)
    except ValueError as fault:
        raise ValidationError(str(fault), code="url") from fault


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Webhooks by whose they are, and by whether they are told anything."""

    def of(self, organization: Organization | None) -> Self:
        """Those of one organization, or of the site."""
        return self.filter(organization=organization)

    def active(self) -> Self:
        return self.filter(disabled_at=None)


class Webhook(models.Model):
    """An address that is told what happens in an organization, or on the whole site. Its path may be a secret
    of the receiver's.
    """

    class Stop(models.TextChoices):
        """Why it is told nothing."""

        BY_HAND = "by hand", "Disabled"
        GONE = "gone", "Gone"
        FAILING = "failing", "Failed for too long"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="webhooks"
    )
    name = models.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    # A version that does not know the column may still run beside this one.
    description = description_field(db_default="")
    url = models.CharField("URL", max_length=MOST_CHARACTERS, validators=[validate_url])
    # Names of kinds, sorted.
    kinds = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=255)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=10, choices=Stop.choices, blank=True, default="")
    # Since when nothing has got through; empty after a success.
    failing_since = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            unique(
                "organization",
                "name",
                name="webhook_name_unique",
                message="The organization has a webhook of this name.",
            ),
            unique(
                "name",
                name="webhook_name_unique_of_site",
                message="The site has a webhook of this name.",
                condition=Q(organization=None),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        if self.organization is None:
            return reverse("console:site-webhook", args=[self.uuid])
        return reverse("console:webhook", args=[self.organization.slug, self.uuid])

    @property
    def target(self) -> Target | None:
        """Where its settings are changed; `None` is the site."""
        return self.organization.target if self.organization else None

    @property
    def place(self) -> Place:
        return read_place(self.url)

    @property
    def recorded(self) -> dict[str, Any]:
        """What the audit log keeps of it: of the address the host alone."""
        digest = hashlib.sha256(self.url.encode()).hexdigest()[:FINGERPRINT]
        return {
            "name": self.name,
            "description": self.description,
            "host": self.place.authority,
            "url_fingerprint": digest,
            "kinds": self.kinds,
            "active": self.is_active,
        }

    @property
    def shown_kinds(self) -> str:
        """How many kinds it is told, as lists say it."""
        if EVERYTHING in self.kinds:
            return "Everything"
        return f"{len(self.kinds)} {'kind' if len(self.kinds) == 1 else 'kinds'}"

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def state(self) -> str:
        """What lists say of it."""
        if not self.is_active:
            return self.get_disabled_because_display()
        return "Failing" if self.failing_since else "Active"


class WebhookSecretQuerySet(models.QuerySet["WebhookSecret"]):
    """Secrets by whether messages are signed with them."""

    def live(self) -> Self:
        """Those that have not ended, the newest first: one, or two while a change overlaps."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now())).order_by("-id")


class WebhookSecret(models.Model):
    """A key that messages are signed with: needed again each time, so it is sealed under the keyring."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    root_number = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=255)
    ends_at = models.DateTimeField(null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    objects = WebhookSecretQuerySet.as_manager()

    def __str__(self) -> str:
        return f"secret of {self.webhook}"

    def seal(self, key: bytes) -> None:
        """Keep `key`, which opens again in this row alone."""
        self.root_number = keyring.current()
        self.sealed = keyring.encrypt(SEALING, self.root_number, key, str(self.uuid))

    def opened(self) -> bytes:
        """What was sealed; raises `cryptography.exceptions.InvalidTag` if it was not in this row."""
        return keyring.decrypt(SEALING, self.root_number, bytes(self.sealed), str(self.uuid))


class WebhookDelivery(models.Model):
    """A message to a webhook. Of each try it keeps moment, length and status, and never what came back:
    that would read out what only this machine can reach.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Given up"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.SET_NULL)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    created_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    # Each {"at", "milliseconds", "status" or null, "fault"}.
    tries = models.JSONField(default=list)

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due"),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.webhook}"

    def get_absolute_url(self) -> str:
        return f"{self.webhook.get_absolute_url()}deliveries/{self.uuid}/"

    @property
    def message_id(self) -> str:
        """What stands in `webhook-id`: the same however often it is tried."""
        return f"msg_{self.uuid.hex}"

    @property
    def shown_body(self) -> str:
        """The body with a line for each name, to be read."""
        return json.dumps(json.loads(self.body), indent=2, ensure_ascii=False)

    @property
    def shown_tries(self) -> list[dict[str, Any]]:
        """The tries with their moments, the latest first."""
        return [
            each | {"moment": datetime.fromisoformat(each["at"])} for each in reversed(self.tries)
        ]

    @property
    def last_try(self) -> dict[str, Any] | None:
        return self.tries[-1] if self.tries else None
