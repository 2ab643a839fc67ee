"""From which networks something may be used."""

from typing import Any

from django import forms

from console import networks

HELP = (
    "Addresses and networks, one a line: 192.0.2.7, 10.20.0.0/16, 2001:db8::/32. "
    "From anywhere else it is refused. Empty: from everywhere."
)


class NetworksFormField(forms.CharField):
    """A list of networks as text, normalized; shown one a line."""

    def __init__(self, **options: Any) -> None:
        area = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"})
        super().__init__(required=False, max_length=4000, widget=area, **options)

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - Django's own signature
        shown = super().prepare_value(value)
        is_stored = isinstance(shown, str) and "\n" not in shown
        return shown.replace(" ", "\n") if is_stored else shown

    def clean(self, value: Any) -> str:  # noqa: ANN401 - Django's own signature
        try:
            return networks.normalize(str(super().clean(value) or ""))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def addresses_field() -> NetworksFormField:
    """The field with its words."""
    return NetworksFormField(label="Allowed addresses", help_text=HELP)


class AddressesForm(forms.Form):
    """The list of a robot or of a token."""

    addresses = addresses_field()
