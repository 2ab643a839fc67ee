"""What robots hold themselves."""

from django.core.exceptions import ValidationError
from django.db import models

from console.models import Grant
from robots.models.robots import Robot


class RobotGrant(Grant):
    """A robot's own grant."""

    robot = models.ForeignKey(Robot, on_delete=models.CASCADE, related_name="grants")

    def __str__(self) -> str:
        return f"{self.robot} on {self.scope_label}"

    def clean(self) -> None:
        super().clean()
        if self.robot.organization_id != self.organization_id:
            raise ValidationError("The robot is not of this organization.")
        if self.robot.project_id and self.robot.project_id != self.project_id:
            raise ValidationError("A project robot holds grants inside its own project only.")
