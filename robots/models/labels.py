"""Labels of robots: what people sort and find them by."""

from django.core.exceptions import ValidationError
from django.db import models

from console import names
from console.models import Organization
from robots.models.robots import Robot

MAX_LABELS = 20
MAX_VALUE = 100


class RobotLabel(models.Model):
    """`key=value`, or `key` alone; a robot has each key once.

    The organization stands in each row, so that finding a label reads no other organization's.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    robot = models.ForeignKey(Robot, on_delete=models.CASCADE, related_name="labels")
    key = models.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    value = models.CharField(
        max_length=MAX_VALUE, blank=True, default="", validators=[names.validate_line]
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["robot", "key"], name="label_key_unique"),)
        indexes = (
            models.Index(fields=["organization", "key", "value", "robot"], name="label_of_robots"),
        )

    def __str__(self) -> str:
        return label_text(self.key, self.value)

    def clean(self) -> None:
        if self.robot.organization_id != self.organization_id:
            raise ValidationError("The robot is not of this organization.")


def label_text(key: str, value: str) -> str:
    """A label as it is written."""
    return f"{key}={value}" if value else key


def read_label(text: str) -> tuple[str, str]:
    """`key=value` or `key` as its two parts; the model says what is wrong with them."""
    key, _, value = text.partition("=")
    return key.strip(), value.strip()
