"""The form field for lists of networks."""

from typing import Any

from django import forms

from console import networks


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
