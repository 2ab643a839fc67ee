"""What of the robots to show."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from console import names
from robots.base.robot_texts import TEXT_FILTERS
from robots.queries.filters import ENDS, LEVELS, ORDERS, STATES, USES

LABEL = re.compile(r"\A[a-z0-9]+(?:[._-][a-z0-9]+)*(?:=.*)?\Z")


def _choice(choices: dict[str, str], any_words: str, label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", any_words), *choices.items()]
    )


class RobotFilterForm(forms.Form):
    """Text, what else has to fit, and the order; what is not valid filters nothing."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    state = _choice(STATES, "Any state", "State")
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in ORDERS])
    level = _choice(LEVELS, "Any level", "Level")
    unused = _choice(USES, "Any use", "Use")
    expiring = _choice(ENDS, "Any end", "Expiry")
    project = forms.CharField(
        required=False, max_length=names.MAX_SLUG, validators=[names.validate_name]
    )
    team = forms.CharField(
        required=False, max_length=names.MAX_NAME, validators=[names.validate_name]
    )
    label = forms.CharField(
        required=False, max_length=255, validators=[RegexValidator(LABEL), names.validate_line]
    )
    responsible = forms.CharField(
        label="Responsible person", required=False, max_length=254, validators=[names.validate_line]
    )

    def __init__(self, data: Any = None) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data)
        for text in TEXT_FILTERS:
            self.fields[text.name] = forms.CharField(
                label=text.label, required=False, max_length=255, validators=[names.validate_line]
            )

    @property
    def texts(self) -> list[forms.BoundField]:
        """The filters by what people write about robots."""
        return [self[text.name] for text in TEXT_FILTERS]

    def wanted(self) -> dict[str, str]:
        """Every filter that is set, in this order, and what it is to be."""
        self.is_valid()
        found = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        return {name: value for name, value in found.items() if value}
