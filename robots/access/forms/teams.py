"""The form that lets robots into a team."""

from typing import Any

from django import forms

from console.forms import choose_from
from robots.models import Robot
from robots.models.robots import RobotQuerySet


class TeamRobotsForm(forms.Form):
    """Which robots."""

    robot = forms.ModelMultipleChoiceField(
        Robot.objects.none(),
        to_field_name="uuid",
        label="Robot accounts",
        error_messages={"required": "Choose at least one robot account."},
    )

    def __init__(self, data: Any = None, *, robots: RobotQuerySet) -> None:  # noqa: ANN401 - as Form
        super().__init__(data)
        choose_from(self, "robot", robots)
