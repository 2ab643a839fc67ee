"""How often tokens were used or refused."""

from django.db import models

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
