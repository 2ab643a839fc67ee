"""The installation itself: whether it takes changes, which servers there are, when it was backed up."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from console.databases import clock

# How long Roster takes no changes at most, unless somebody says so again.
LONGEST = timedelta(days=1)


class MaintenanceManager(models.Manager["Maintenance"]):
    """The one row there is, if it holds."""

    def under_way(self) -> "Maintenance | None":
        """What keeps changes out at this moment, by the database's clock: one query where nothing does."""
        row = self.first()
        return row if row is not None and row.holds_at(clock.now()) else None


class Maintenance(models.Model):
    """Roster takes no changes, from one moment to another, for a reason that everybody reads."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[MaintenanceManager] = MaintenanceManager()
    # In the audit log it goes by its name.
    uuid = None

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="maintenance_once"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("begun_at")), name="maintenance_ends"
            ),
        )

    def __str__(self) -> str:
        return "the installation"

    def holds_at(self, now: datetime) -> bool:
        """Not where a moment lies ahead that cannot: a clock that was wrong locks nobody out."""
        return self.begun_at <= now < self.until <= self.begun_at + LONGEST


class Replica(models.Model):
    """One running `serve`, as it last said of itself. `heard_at` is by the database's clock."""

    uuid = models.UUIDField(unique=True)
    name = models.CharField(max_length=255)
    version = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    # How far its machine's clock is ahead of the database's.
    ahead_seconds = models.FloatField()
    # Migrations of its version that the database lacks, and those of the database that it does not know.
    lacking = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class Backup(models.Model):
    """A copy that `backup` made, as its manifest says, and what came of proving it the last time."""

    made_at = models.DateTimeField(db_index=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    events = models.PositiveBigIntegerField()
    folder = models.CharField(max_length=500)
    machine = models.CharField(max_length=255)
    proven_at = models.DateTimeField(null=True)
    # Why the last try to prove it failed; empty when it did not.
    fault = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"{self.folder} on {self.machine}"
