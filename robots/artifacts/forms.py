"""What lists of uses are asked for."""

from django import forms

from console import names
from robots.models.artifacts import Action


class UseFilterForm(forms.Form):
    """What of the uses to show."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    action = forms.ChoiceField(required=False, choices=Action.choices)
