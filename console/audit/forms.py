"""What the audit log is asked for."""

from django import forms

from console import names
from console.audit.filters import ALL, MACHINES, PEOPLE
from console.audit.sentences import SENTENCES
from console.forms import DayField


class EventFilterForm(forms.Form):
    """What of the audit log to show."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    who = forms.ChoiceField(
        required=False, choices=[(name, name) for name in (PEOPLE, MACHINES, ALL)]
    )
    actor = forms.UUIDField(required=False)
    action = forms.ChoiceField(required=False, choices=[(name, name) for name in SENTENCES])
    target = forms.UUIDField(required=False)
    token = forms.UUIDField(required=False)
    since = DayField(required=False)
    until = DayField(required=False)
