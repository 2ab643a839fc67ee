"""Under which name the filters of a list are kept."""

from typing import Any

from django import forms
from django.http import QueryDict

from console.http import Visit
from console.pages.listing import query_of
from console.pages.reading import wanted_of
from robots.models.views import MAX_QUERY, MAX_VIEW_NAME
from robots.tokens.forms.filters import TokenFilterForm

NOTHING = "There are no filters to save. Choose some in the list first."
UNREADABLE = "These filters cannot be read. Choose them in the list again."


class TokenViewForm(forms.Form):
    """The name of a view, and the filters as they stand in the list's address."""

    name = forms.CharField(
        max_length=MAX_VIEW_NAME,
        label="Name of the view",
        help_text="Only you see it, beside the views that everybody has.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    query = forms.CharField(max_length=MAX_QUERY, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, request: Visit, query: str) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, initial={"query": query})
        self.request = request

    @property
    def wanted(self) -> dict[str, Any]:
        """What the filters ask for, as far as they can be read."""
        return wanted_of(self._filters(str(self["query"].value() or "")))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        filters = self._filters(cleaned.get("query", ""))
        if filters.data.keys() - filters.fields.keys() or not filters.is_valid():
            self.add_error(None, UNREADABLE)
        elif not (wanted := wanted_of(filters)):
            self.add_error(None, NOTHING)
        else:
            cleaned["query"] = query_of(wanted)
        return cleaned

    def _filters(self, query: str) -> TokenFilterForm:
        return TokenFilterForm(QueryDict(query.removeprefix("?")), self.request)
