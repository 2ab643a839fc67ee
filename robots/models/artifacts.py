"""What registries say of their repositories: tags, and who pushed and pulled what. No decision reads it."""

import uuid

from django.db import models

from console.models import Repository, Service

# As the distribution specification limits a tag.
MAX_TAG = 128
MAX_DIGEST = 255
NOBODY = uuid.UUID(int=0)


class ActorKind(models.TextChoices):
    """Whom a registry names; it does not know everybody, and not everybody is the organization's."""

    ROBOT = "robot", "Robot account"
    USER = "user", "Person"
    UNKNOWN = "unknown", "Unknown"


class Action(models.TextChoices):
    """What is done to an artifact in a registry."""

    PUSH = "push", "Pushed"
    PULL = "pull", "Pulled"
    DELETE = "delete", "Deleted"


class Tag(models.Model):
    """A tag of a repository in one registry, as it was pushed last.

    `size` is of an image with all its layers, in bytes; `None` for what is none, or where the registry does
    not say. Who pushed it may be gone: of a robot, `actor_label` is the login name.
    """

    repository = models.ForeignKey(
        Repository, on_delete=models.CASCADE, related_name="tags", db_index=False
    )
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="tags", db_index=False
    )
    name = models.CharField(max_length=MAX_TAG)
    digest = models.CharField(max_length=MAX_DIGEST)
    media_type = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(null=True)
    pushed_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_uuid = models.UUIDField(default=NOBODY)
    actor_label = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["repository", "service", "name"], name="tag_unique_of_registry"
            ),
        )
        indexes = (
            models.Index(fields=["repository", "pushed_at", "id"], name="tag_by_push"),
            models.Index(fields=["repository", "digest"], name="tag_by_digest"),
        )

    def __str__(self) -> str:
        return f"{self.repository}:{self.name}"


class ArtifactUse(models.Model):
    """What one actor did to one thing in a repository on one day, and how often.

    `reference` is the tag, or the digest of what was asked for by it; empty for all that was too much to be
    told apart. `digest` is the last one.
    """

    repository = models.ForeignKey(
        Repository, on_delete=models.CASCADE, related_name="uses", db_index=False
    )
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="uses", db_index=False
    )
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_uuid = models.UUIDField(default=NOBODY)
    actor_label = models.CharField(max_length=255, blank=True, default="")
    action = models.CharField(max_length=10, choices=Action.choices)
    reference = models.CharField(max_length=MAX_DIGEST, blank=True)
    digest = models.CharField(max_length=MAX_DIGEST, blank=True)
    day = models.DateField()
    count = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["repository", "day", "actor_uuid", "action", "reference", "service"],
                name="artifact_use_row_unique",
            ),
        )
        indexes = (
            models.Index(fields=["repository", "last_at", "id"], name="artifact_use_of_repository"),
            models.Index(fields=["actor_uuid", "last_at", "id"], name="artifact_use_of_actor"),
            models.Index(fields=["day"], name="artifact_use_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.action} {self.repository}: {self.count}"


class CountedEvent(models.Model):
    """An event of a registry that was counted: sent again, it is not counted again."""

    key = models.UUIDField(unique=True)
    counted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.key)
