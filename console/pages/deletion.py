"""The form that confirms a deletion by the thing's name."""

from django import forms


class DeletionForm(forms.Form):
    """The name, typed."""

    name = forms.CharField(max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: object = None, *, expected: str) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.expected = expected
        self.fields["name"].label = f"Type {expected} to confirm"

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if name != self.expected:
            raise forms.ValidationError(f"This is not the name. Type {self.expected}.")
        return name
