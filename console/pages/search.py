"""What of a list to show, read from its address."""

from collections.abc import Mapping

from django import forms

from console import names


class SearchForm(forms.Form):
    """A text to look for; what is not valid filters nothing."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])


def search_text(query: Mapping[str, str]) -> str:
    """The text that an address asks for."""
    form = SearchForm(query)
    form.is_valid()
    return str(form.cleaned_data.get("q") or "").strip()
