"""Notices: what happened that somebody wants to know, who may read it, and what comes by e-mail."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from console.models.organizations import Organization


class Notice(models.Model):
    """One thing that was told. It refers to nothing that may go, and holds no secret.

    Without an organization it is about somebody's own account, or about the whole installation.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=40)
    title = models.TextField()
    # Where the console shows what it is about, as it was then.
    path = models.TextField(blank=True, default="")
    subject_kind = models.CharField(max_length=40)
    subject_uuid = models.UUIDField(null=True)
    subject_label = models.TextField()
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=["subject_uuid", "kind"], name="notice_about"),)

    def __str__(self) -> str:
        return self.title


class NoticeReader(models.Model):
    """Who has a notice under their bell. People are defined above, so they are known by their UUID."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="readers")
    person_uuid = models.UUIDField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person_uuid", "notice"], name="notice_reader_once"),
        )
        indexes = (
            models.Index(fields=["person_uuid"], condition=Q(read_at=None), name="notice_unread"),
        )

    def __str__(self) -> str:
        return f"{self.notice} for {self.person_uuid}"


class NoticeChoice(models.Model):
    """Whether notices of a kind come to a person by e-mail as well: of one organization, or of no one's."""

    person_uuid = models.UUIDField()
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.CASCADE, related_name="notice_choices"
    )
    kind = models.CharField(max_length=40)
    by_email = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person_uuid", "organization", "kind"], name="notice_choice_once"
            ),
            models.UniqueConstraint(
                fields=["person_uuid", "kind"],
                condition=Q(organization=None),
                name="notice_choice_once_of_account",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_uuid}"
