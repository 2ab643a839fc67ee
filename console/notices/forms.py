"""What of notices to list, and what comes by e-mail."""

from typing import Any

from django import forms

from console.notices.kinds import Kind

UNREAD = "unread"


class NoticeFilter(forms.Form):
    """Which notices the list shows."""

    show = forms.ChoiceField(required=False, choices=[(UNREAD, "Unread")])


class LastSeenForm(forms.Form):
    """Up to which notice somebody has seen the list."""

    last = forms.IntegerField(min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)


class LettersForm(forms.Form):
    """The kinds of notices that come by e-mail."""

    kinds = forms.MultipleChoiceField(
        label="By e-mail", required=False, widget=forms.CheckboxSelectMultiple
    )
    # With no box ticked, nothing else says that the form was sent.
    sent = forms.CharField(widget=forms.HiddenInput, initial="yes")

    def __init__(self, data: Any = None, *, offered: list[Kind], chosen: list[str]) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, initial={"kinds": chosen})
        self.fields["kinds"].choices = [  # type: ignore[attr-defined] # of a choice field
            (kind.name, kind.label) for kind in offered
        ]
