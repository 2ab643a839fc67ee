"""The audit log's rows. Nothing here refers to anything that can go."""

import uuid

from django.db import models

from console.fields import CanonicalEncoder

SITE = "site"
# Who acts without a person: a robot, and what asks about robots.
MACHINES = ("robot", "verifier")


class AuditHead(models.Model):
    """The end of one chain: an organization's (its UUID in hex) or the site's.

    Locking this row is the first statement of every change, so changes of one organization follow
    each other and two chains never wait for one another. `checkpointed` is the last number that
    stands in a file of checkpoints, `checkpoint_place` in which: on what machine and where.
    `deleted_organization` is the name in addresses that its organization had: nothing follows then.
    """

    chain = models.CharField(max_length=32, unique=True)
    number = models.PositiveBigIntegerField(default=0)
    link = models.BinaryField(max_length=32, default=bytes)
    root_number = models.PositiveIntegerField(default=0)
    seal = models.BinaryField(max_length=32, default=bytes)
    checkpointed = models.PositiveBigIntegerField(default=0)
    checkpoint_place = models.CharField(max_length=255, blank=True, default="")
    # A version that does not know the column may still run beside this one.
    deleted_organization = models.CharField(
        max_length=63, blank=True, default="", db_default="", editable=False
    )

    def __str__(self) -> str:
        return f"{self.chain} #{self.number}"


class Event(models.Model):
    """One line of the audit log: who did what to which thing, before and after, and its link.

    `format` says which of its fields are linked (`console/audit/links.py`); version 0.1.0 does not say
    it, also while it still runs beside a later one, and has the first. `token_uuid` is the access ID of
    the token that they came with, where they came with one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    format = models.PositiveSmallIntegerField(db_default=1)
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
    token_uuid = models.UUIDField(null=True)
    before = models.JSONField(default=dict, encoder=CanonicalEncoder)
    after = models.JSONField(default=dict, encoder=CanonicalEncoder)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45, blank=True)
    root_number = models.PositiveIntegerField()
    link = models.BinaryField(max_length=32)
    # Follows from what is linked, so that nobody hides an act among the machines' traffic.
    by_machine = models.GeneratedField(
        expression=models.Q(actor_kind__in=MACHINES),  # type: ignore[arg-type] # the stubs know no conditions
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["chain", "number"], name="event_number_unique"),
        )
        indexes = (
            models.Index(fields=["chain", "action", "number"]),
            models.Index(fields=["chain", "actor_uuid", "number"]),
            models.Index(fields=["chain", "target_uuid", "number"]),
            models.Index(fields=["chain", "address", "number"], name="event_by_address"),
            models.Index(
                fields=["chain", "token_uuid", "number"],
                name="event_by_token",
                condition=models.Q(token_uuid__isnull=False),
            ),
            models.Index(fields=["chain", "by_machine", "number"]),
            models.Index(fields=["chain", "created_at"]),
        )

    def __str__(self) -> str:
        return f"{self.chain} #{self.number} {self.action}"


class AuditCheck(models.Model):
    """What came out when a chain was verified last."""

    chain = models.CharField(max_length=32, unique=True)
    checked_at = models.DateTimeField()
    number = models.PositiveBigIntegerField()
    fault_count = models.PositiveIntegerField()
    faults = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.chain} to #{self.number}: {self.fault_count} faults"


class AuditForward(models.Model):
    """How much of a chain a destination has taken (`console/audit/forwarding/`): up to which number."""

    destination = models.CharField(max_length=10)
    chain = models.CharField(max_length=32)
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["destination", "chain"], name="audit_forward_one"),
        )

    def __str__(self) -> str:
        return f"{self.chain} to {self.destination}: #{self.number}"
