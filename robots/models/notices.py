"""Which notices of a token's end went out."""

from django.db import models

from robots.models.tokens import Token


class NoticeSent(models.Model):
    """One notice, `days` before the end that the token had then: a new end gets notices of its own."""

    token = models.ForeignKey(
        Token, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    ends_at = models.DateTimeField(db_index=True)
    days = models.PositiveIntegerField()
    sent_at = models.DateTimeField(auto_now_add=True)
    recipients = models.TextField()

    class Meta:
        verbose_name_plural = "notices sent"
        constraints = (
            models.UniqueConstraint(fields=["token", "ends_at", "days"], name="notice_sent_once"),
        )

    def __str__(self) -> str:
        return f"{self.days} days before the end of {self.token}"
