"""From which networks something may be used."""

from typing import Any

from django import forms

from console import networks
from console.network_fields import NetworksFormField
from console.network_modes import MODES, NetworkMode
from console.network_proposals import Proposal, Proposals
from console.pages.cards import Card, cards, pairs

HELP = (
    "Addresses and networks, one a line: 192.0.2.7, 10.20.0.0/16, 2001:db8::/32. "
    "Empty: from everywhere."
)


class NetworkModeFormField(forms.ChoiceField):
    """What becomes of the rest; as it was where nothing is sent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=pairs(MODES), widget=forms.RadioSelect, **options)

    def clean(self, value: Any) -> str:  # noqa: ANN401 - Django's own signature
        return str(super().clean(value or self.initial))


class NetworksFormMixin(forms.Form):
    """The list of networks, and what becomes of a use from elsewhere."""

    addresses = NetworksFormField(label="Allowed addresses", help_text=HELP)
    network_mode = NetworkModeFormField(
        label="From anywhere else", initial=NetworkMode.ENFORCE.value
    )

    def modes(self) -> list[Card]:
        """Both modes as cards."""
        return cards(MODES, self["network_mode"].value())


class ProposedField(forms.MultipleChoiceField):
    """Networks that were proposed and ticked. What was seen may have changed since: any network is one."""

    def __init__(self) -> None:
        super().__init__(
            label="Propose from use",
            required=False,
            error_messages={"invalid_choice": "This is neither an address nor a network."},
        )

    def valid_value(self, value: str) -> bool:
        return networks.read_network(value) is not None


class AddressesForm(NetworksFormMixin):
    """The list of a robot or of a token, to which what is ticked of `proposals` is added."""

    proposed = ProposedField()

    def __init__(
        self,
        data: Any,  # noqa: ANN401 - Django's own signature
        *,
        addresses: str,
        network_mode: str,
        proposals: Proposals | None,
    ) -> None:
        super().__init__(data, initial={"addresses": addresses})
        self.fields["network_mode"].initial = network_mode
        self.proposals = proposals

    def ticks(self) -> list[tuple[Proposal, bool]]:
        """Each row that is proposed, and whether it is ticked."""
        ticked = self["proposed"].value() or ()
        rows = self.proposals.rows if self.proposals else ()
        return [(row, row.network in ticked) for row in rows]

    def clean_addresses(self) -> str:
        """What was typed; as it was where the field did not come."""
        is_sent = self.add_prefix("addresses") in self.data
        return str(self.cleaned_data["addresses"] if is_sent else self.initial["addresses"])

    def clean(self) -> dict[str, Any]:
        """With what is ticked in the list."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        words = (cleaned.get("addresses", ""), *cleaned.get("proposed", ()))
        try:
            cleaned["addresses"] = networks.normalize(" ".join(words))
        except ValueError as error:
            self.add_error("addresses", str(error))
        return cleaned
