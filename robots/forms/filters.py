"""What of the robots to show."""

from django import forms

from console import names

ORDERS = {
    "name": ("name", False),
    "-name": ("name", True),
    "created": ("created_at", False),
    "-created": ("created_at", True),
}
STATES = ("active", "disabled", "expired")


class RobotFilterForm(forms.Form):
    """Text, state and order; what is not valid filters nothing."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    state = forms.ChoiceField(required=False, choices=[(state, state) for state in STATES])
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in ORDERS])
