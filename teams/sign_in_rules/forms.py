"""The form of an organization's sign-in rules."""

from typing import Any, cast

from django import forms

from console.forms import DayField, named
from console.models import Organization
from console.models.sign_in_rules import RULES, RequiredFactor
from console.network_fields import NetworksFormField
from teams.sign_in_rules.services import RulesChanges

NETWORKS_HELP = (
    "Addresses and networks, one a line: 192.0.2.7, 10.20.0.0/16, 2001:db8::/32. "
    "From anywhere else people open no page of the organization. Empty: from everywhere."
)


class SignInRulesForm(forms.Form):
    """What is asked of people. It comes in an address, so that its preview has one."""

    required_factor = forms.ChoiceField(
        label="Required of people", choices=RequiredFactor.choices, required=False
    )
    factor_from = DayField(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Today or later. Until then, whoever is not ready sees a reminder on every page here, and "
        "gets a letter now, 7 days and 1 day before.",
    )
    people_networks = NetworksFormField(
        label="Networks that people may come from", help_text=NETWORKS_HELP
    )

    def __init__(self, data: Any = None, *, organization: Organization) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, initial={name: getattr(organization, name) for name in RULES})

    def changes(self) -> RulesChanges:
        """What the service takes."""
        return cast("RulesChanges", named(self))

    def sent(self) -> list[tuple[str, str]]:
        """The fields as they were sent, for the form that confirms them."""
        return [(name, str(self.data[name])) for name in RULES if name in self.data]
