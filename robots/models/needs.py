"""What people said about what the overview points out."""

import uuid

from django.db import models
from django.db.models import Q

from console.models import Organization, Project
from console.names import validate_line

MAX_REASON = 500


class NeedAnswer(models.Model):
    """That a need of an organization, or of a project's own robot accounts, was acknowledged, given to
    somebody, or muted, and what there was then.

    `count` and `refused` (requests on that day) tell whether something has come since.
    """

    class Kind(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        GIVEN = "given", "Given"
        MUTED = "muted", "Muted"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="need_answers"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="need_answers"
    )
    need = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=MAX_REASON, blank=True, validators=[validate_line])
    given_to = models.CharField(max_length=254, blank=True)
    count = models.PositiveIntegerField()
    refused = models.PositiveBigIntegerField(default=0)
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=255)
    # Never, while it is muted.
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "need"],
                condition=Q(project=None),
                name="need_answered_once",
            ),
            models.UniqueConstraint(
                fields=["project", "need"], name="need_answered_once_in_project"
            ),
            models.CheckConstraint(condition=Q(count__gte=0), name="need_count_positive"),
            models.CheckConstraint(
                condition=~Q(kind="muted") | ~Q(reason=""), name="need_muted_with_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.need} of {self.project or self.organization}, {self.kind}"

    @property
    def is_muted(self) -> bool:
        return self.kind == self.Kind.MUTED

    @property
    def words(self) -> str:
        """What was done with it, as a page says it."""
        to = f" to {self.given_to}" if self.given_to else ""
        return f"{self.get_kind_display()}{to} by {self.answered_by}"
