"""What a policy may disable because nobody uses it: the columns that robots and tokens share."""

from datetime import datetime

from django.db import models
from django.db.models import Q


class Idling(models.Model):
    """Something that is used or not.

    `enabled_at` is when it was last enabled again, from which it has all its time anew. If it was announced,
    `disables_at` is when it is disabled unless it is used, and `told_days` the notice that went out last.
    """

    disabled_at = models.DateTimeField(null=True, blank=True)
    enabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    disables_at = models.DateTimeField(null=True, blank=True, editable=False)
    told_days = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta:
        abstract = True

    def switched(self, *, disabled: bool, now: datetime) -> list[str]:
        """Set what disabling or enabling it changes, and name these columns."""
        self.disabled_at, self.disables_at, self.told_days = now if disabled else None, None, None
        self.enabled_at = self.enabled_at if disabled else now
        return ["disabled_at", "enabled_at", "disables_at", "told_days"]


def announced(name: str, condition: Q) -> models.Index:
    """The index by which those that will be disabled are found: few of many."""
    is_announced = condition & Q(disables_at__isnull=False)
    return models.Index(fields=["organization", "disables_at"], condition=is_announced, name=name)
