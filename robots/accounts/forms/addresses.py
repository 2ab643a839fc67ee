"""From which networks something may be used."""

from django import forms

from console.network_fields import NetworksFormField

HELP = (
    "Addresses and networks, one a line: 192.0.2.7, 10.20.0.0/16, 2001:db8::/32. "
    "From anywhere else it is refused. Empty: from everywhere."
)


def addresses_field() -> NetworksFormField:
    """The field with its words."""
    return NetworksFormField(label="Allowed addresses", help_text=HELP)


class AddressesForm(forms.Form):
    """The list of a robot or of a token."""

    addresses = addresses_field()
