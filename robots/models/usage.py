"""How often tokens were used or refused, and from where."""

from django.db import models

from console.models import Organization
from robots.models.kept_columns import AddressKey
from robots.models.robots import Robot
from robots.models.tokens import Token

ACCEPTED = "accepted"


class Usage(models.Model):
    """Requests of one token on one day at one verifier with one outcome (accepted, or why not)."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    verifier = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["token", "day", "verifier", "outcome"], name="usage_row_unique"
            ),
            models.CheckConstraint(condition=models.Q(count__gte=0), name="usage_count_positive"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.verifier} {self.outcome}: {self.count}"


class DailyUse(models.Model):
    """What all robots of an organization did on one day: written together with `Usage`, so always its sum."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="daily_use"
    )
    day = models.DateField()
    accepted = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "day"], name="daily_use_unique"),
        )

    def __str__(self) -> str:
        return f"{self.organization} {self.day}: {self.accepted} accepted, {self.refused} refused"


class DailyOutcome(models.Model):
    """The requests of all robots of an organization on one day at one verifier with one outcome: the sum of
    `Usage` once more, for charts, and written together with it.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="daily_outcomes"
    )
    day = models.DateField()
    verifier = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "day", "verifier", "outcome"], name="daily_outcome_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization} {self.day} {self.verifier} {self.outcome}: {self.count}"


class TokenAddress(models.Model):
    """An address from which a token was used; a token keeps those that it was used from last."""

    token = models.ForeignKey(
        Token, on_delete=models.CASCADE, related_name="seen_addresses", db_index=False
    )
    address = models.CharField(max_length=45)
    # In the order of addresses, so that a network is found as a range.
    address_key = AddressKey(max_length=33, blank=True, default="", editable=False)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["token", "address"], name="token_address_unique"),
        )
        indexes = (models.Index(fields=["address_key", "token"], name="token_address_by_key"),)

    def __str__(self) -> str:
        return f"{self.token} from {self.address}"


class OutsideUse(models.Model):
    """Uses of a token at one verifier from an address outside networks that are observed: each would have
    been refused. The address is empty where the verifier sees no client.
    """

    token = models.ForeignKey(
        Token, on_delete=models.CASCADE, related_name="outside_uses", db_index=False
    )
    verifier = models.CharField(max_length=40)
    address = models.CharField(max_length=45, blank=True, default="")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["token", "verifier", "address"], name="outside_use_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.token} from {self.address or 'nowhere'} at {self.verifier}"


class PermissionUse(models.Model):
    """The day on which a robot was last allowed something by what it holds.

    Its place is ids, 0 for none, and not references: a use outlives its place, whose id never comes again.
    Without a project it counts everywhere, because nobody asked about a narrower place.
    """

    robot = models.ForeignKey(
        Robot, on_delete=models.CASCADE, related_name="permission_uses", db_index=False
    )
    project_id = models.BigIntegerField(default=0)
    repository_id = models.BigIntegerField(default=0)
    permission = models.CharField(max_length=40)
    last_used_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["robot", "project_id", "repository_id", "permission"],
                name="permission_use_unique",
            ),
        )

    def __str__(self) -> str:
        return f"{self.robot} {self.permission} on {self.last_used_on}"


class PermissionRecording(models.Model):
    """Since when uses of permissions have been written down: one row, made by the migration that began it."""

    began_on = models.DateField()

    def __str__(self) -> str:
        return f"since {self.began_on}"
