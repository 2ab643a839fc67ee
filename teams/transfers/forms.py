"""The form that hands an organization over."""

from typing import Any

from django import forms

from console.pages.cards import Card, Choices, cards, pairs
from console.pages.confirmation import DeletionForm
from teams.transfers.services import Afterwards

AFTERWARDS: Choices = (
    (
        Afterwards.MEMBER.value,
        "A member",
        "You keep your teams and what was given to you there, and own nothing by your role.",
    ),
    (
        Afterwards.LEAVE.value,
        "Nothing here",
        "You leave. The new owner gets the list of what nobody looks after then, and of secrets you saw.",
    ),
)


class TransferForm(DeletionForm):
    """To whom, what whoever hands over is afterwards, and the organization's name, typed."""

    email = forms.EmailField(
        label="New owner",
        max_length=254,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
        help_text="The e-mail address of a member.",
    )
    afterwards = forms.ChoiceField(
        label="Afterwards you are", choices=pairs(AFTERWARDS), initial=Afterwards.MEMBER.value
    )
    field_order = ("email", "afterwards", "name")

    def __init__(self, data: Any = None, *, expected: str) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, expected=expected)
        self.order_fields(self.field_order)

    @property
    def choices(self) -> list[Card]:
        return cards(AFTERWARDS, self["afterwards"].value())
