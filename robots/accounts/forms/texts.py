"""What people write about a robot, as fields."""

from typing import Any, cast

from django import forms
from django.db import models

from console import names
from robots.base.robot_texts import ROBOT_TEXTS, RobotText, RobotTexts
from robots.models import Robot


class TextsFormMixin(forms.Form):
    """Adds a field for each of `ROBOT_TEXTS`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {text.name: _field(text) for text in ROBOT_TEXTS}
        self.order_fields(self.field_order)

    @property
    def texts(self) -> list[forms.BoundField]:
        """The fields, as they stand on a page."""
        return [self[text.name] for text in ROBOT_TEXTS]

    def text_values(self) -> RobotTexts:
        """What was written, as services take it."""
        return cast("RobotTexts", {text.name: self.cleaned_data[text.name] for text in ROBOT_TEXTS})


def _field(text: RobotText) -> forms.CharField:
    is_long = text.rows > 1
    column = cast("models.Field[str, str]", Robot._meta.get_field(text.name))
    return forms.CharField(
        label=text.label,
        required=False,
        help_text=text.help,
        max_length=column.max_length,
        validators=[names.validate_text if is_long else names.validate_line],
        widget=forms.Textarea(attrs={"rows": text.rows}) if is_long else forms.TextInput,
    )
