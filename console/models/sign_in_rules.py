"""What an organization asks of the people who open it: columns of its own row, since every page asks."""

from datetime import UTC, date, datetime, time

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from console.fields import NetworksField


class RequiredFactor(models.TextChoices):
    """What people have to have set up besides the password."""

    NONE = "", "Nothing besides the password"
    FACTOR = "factor", "A second factor: an authenticator app or a passkey"
    PASSKEY = "passkey", "A passkey"


# The columns that are the rules, for forms and the audit log.
RULES = ("required_factor", "factor_from", "people_networks")
# So many days before a requirement begins, who is not ready is told.
ANNOUNCED_DAYS = (1, 7)


class SignInRules(models.Model):
    """The rules. Without any, whoever is a member comes in from anywhere. Robots are never asked."""

    required_factor = models.CharField(
        "required of people",
        max_length=10,
        blank=True,
        default=RequiredFactor.NONE,
        # A version that does not know the columns may still run beside this one.
        db_default="",
        choices=RequiredFactor.choices,
    )
    # The first day, in UTC, on which who does not have it stays outside.
    factor_from = models.DateField("from", null=True, blank=True)
    # The last of `ANNOUNCED_DAYS` of which was told.
    factor_told_days = models.PositiveIntegerField(null=True, blank=True, editable=False)
    people_networks = NetworksField("networks that people may come from", db_default="")

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.required_factor and self.factor_from is None:
            raise ValidationError({"factor_from": "Choose the day from which it is required."})

    @property
    def has_sign_in_rules(self) -> bool:
        return bool(self.required_factor or self.people_networks)

    @property
    def factor_begins(self) -> datetime | None:
        """The first moment of the requirement."""
        return datetime.combine(self.factor_from, time(), UTC) if self.factor_from else None

    @property
    def is_factor_due(self) -> bool:
        """Whether the requirement has begun."""
        begins = self.factor_from
        return bool(self.required_factor) and begins is not None and begins <= today()


def today() -> date:
    """The day in UTC, by which all days here count."""
    return timezone.now().date()
