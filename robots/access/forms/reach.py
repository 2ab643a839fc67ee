"""What of those who reach a place to show, or of the places that a robot reaches."""

from django import forms

from console import names
from console.permissions.roles import ABILITIES


class ReachFilterForm(forms.Form):
    """A text, and what somebody has to be able to do."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    can = forms.ChoiceField(
        label="Can",
        required=False,
        choices=[(name, name) for name in ABILITIES],
        error_messages={"invalid_choice": f"Write {', '.join(ABILITIES)}."},
    )
