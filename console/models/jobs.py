"""What periodic jobs keep: e-mail that waits, and who runs which job."""

import uuid

from django.db import models


class OutgoingMail(models.Model):
    """One e-mail. `sealed` is its text under the keyring, empty once it was sent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    sealed = models.BinaryField(blank=True)
    root_number = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], condition=models.Q(sent_at=None), name="mail_due"),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"


class JobLock(models.Model):
    """Who runs a job, until when nobody else does, and what came of it the last time."""

    name = models.CharField(max_length=60, unique=True)
    holder = models.UUIDField(null=True)
    # On what machine, and which process of it. Schedulers of an older version leave it out.
    holder_name = models.CharField(max_length=255, default="", db_default="", blank=True)
    until = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    failure = models.CharField(max_length=100, default="", blank=True)
    # When somebody last asked that it run, due or not.
    asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_asked_for(self) -> bool:
        """Whether no run has been tried since somebody asked for one."""
        return self.asked_at is not None and (
            self.tried_at is None or self.tried_at < self.asked_at
        )
