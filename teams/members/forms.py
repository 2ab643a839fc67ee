"""Forms about who belongs to an organization."""

from typing import Any

from django import forms

from console.forms import filter_choice
from console.pages.cards import Card, Choices, cards, pairs
from console.pages.search import SearchForm
from teams.members.factors import FACTORS

ORGANIZATION_ROLES: Choices = (
    ("member", "Member", "Sees the organization and its people, and what grants and teams open."),
    ("owner", "Owner", "May do everything in the organization, also to other owners."),
)


class MemberFilterForm(SearchForm):
    """Which people, for those who may know how they sign in."""

    factor = filter_choice(FACTORS, "Any", "Second factor")


class RoleForm(forms.Form):
    """Owner or member, of an organization or of a team."""

    role = forms.ChoiceField()

    def __init__(self, data: Any = None, *, choices: Choices, present: str) -> None:  # noqa: ANN401 - as Form
        super().__init__(data, initial={"role": present})
        self.choices = choices
        self.fields["role"] = forms.ChoiceField(choices=pairs(choices))

    @property
    def roles(self) -> list[Card]:
        return cards(self.choices, self["role"].value())
