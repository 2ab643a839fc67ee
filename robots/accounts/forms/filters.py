"""What of the robots to show."""

from django import forms
from django.http import QueryDict

from console import names
from console.forms import filter_choice, filter_text
from console.http import Visit
from robots.base.robot_texts import TEXT_FILTERS
from robots.queries.filter_names import NAMED
from robots.queries.filters import ENDS, LEVELS, NETWORKS, ORDERS, STATES, USES


class RobotFilterForm(forms.Form):
    """Text, what else has to fit, and the order. What rows show can be written as they show it."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    state = filter_choice(STATES, "Any state", "State")
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in ORDERS])
    level = filter_choice(LEVELS, "Any level", "Level")
    unused = filter_choice(USES, "Any use", "Use")
    expiring = filter_choice(ENDS, "Any end", "Expiry")
    networks = filter_choice(NETWORKS, "Any networks", "Networks")
    project = filter_text("Project", 100)
    team = filter_text("Team", names.MAX_NAME)
    label = filter_text("Label", 255)
    responsible = filter_text("Responsible person", 254)

    def __init__(self, data: QueryDict, request: Visit) -> None:
        super().__init__(data)
        self.request = request
        for text in TEXT_FILTERS:
            self.fields[text.name] = filter_text(text.label, 255)

    @property
    def texts(self) -> list[forms.BoundField]:
        """The filters by what people write about robots."""
        return [self[text.name] for text in TEXT_FILTERS]

    def clean_project(self) -> str:
        return self._named("project")

    def clean_team(self) -> str:
        return self._named("team")

    def clean_label(self) -> str:
        return self._named("label")

    def clean_responsible(self) -> str:
        return self._named("responsible")

    def _named(self, name: str) -> str:
        text = self.cleaned_data[name]
        return NAMED[name](self.request, text) if text else ""
