"""Who has left an organization, and what nobody looks after since."""

from typing import Any

from django.db import models

from console.models import Organization


class Departure(models.Model):
    """That a person has left: who it was, as they were called then, whatever became of the account.

    `left_alone` has the UUIDs of what nobody else was in charge of, by kind: whether somebody is now, the
    things themselves say.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="departures"
    )
    person_uuid = models.UUIDField(editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=100, blank=True, default="")
    left_at = models.DateTimeField()
    ended_by = models.CharField(max_length=255)
    left_alone: Any = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "person_uuid"], name="departure_of_person_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} from {self.organization}"

    @property
    def display_name(self) -> str:
        return self.name or self.email
