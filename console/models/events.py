"""The audit log's rows. Nothing here refers to anything that can go."""

import uuid

from django.db import models

SITE = "site"


class AuditHead(models.Model):
    """The end of one chain: an organization's (its UUID in hex) or the site's.

    Locking this row is the first statement of every change, so changes of one organization follow
    each other and two chains never wait for one another.
    """

    chain = models.CharField(max_length=32, unique=True)
    number = models.PositiveBigIntegerField(default=0)
    link = models.BinaryField(max_length=32, default=bytes)

    def __str__(self) -> str:
        return f"{self.chain} #{self.number}"


class Event(models.Model):
    """One line of the audit log: who did what to which thing, before and after, and its link."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    chain = models.CharField(max_length=32)
    number = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    organization_slug = models.CharField(max_length=63, blank=True)
    actor_kind = models.CharField(max_length=20)
    actor_uuid = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=255)
    action = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40)
    target_uuid = models.UUIDField(null=True)
    target_label = models.CharField(max_length=512)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request_id = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=45, blank=True)
    root_number = models.PositiveIntegerField()
    link = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["chain", "number"], name="event_number_unique"),
        )
        indexes = (
            models.Index(fields=["chain", "action", "number"]),
            models.Index(fields=["chain", "actor_uuid", "number"]),
            models.Index(fields=["chain", "target_uuid", "number"]),
        )

    def __str__(self) -> str:
        return f"{self.chain} #{self.number} {self.action}"
