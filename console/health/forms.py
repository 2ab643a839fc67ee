"""What the lists of operators are asked for."""

from django import forms

FAILED = "failed"


class LetterFilter(forms.Form):
    """Which letters to show: those that wait, or those that were given up."""

    show = forms.ChoiceField(required=False, choices=[(FAILED, "Given up")])
