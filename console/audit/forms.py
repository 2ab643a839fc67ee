"""What the audit log is asked for."""

from django import forms

from console import names
from console.audit.filters import ALL, MACHINES, PEOPLE


class EventFilterForm(forms.Form):
    """What of the audit log to show."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    who = forms.ChoiceField(
        required=False, choices=[(name, name) for name in (PEOPLE, MACHINES, ALL)]
    )
    actor = forms.UUIDField(required=False)
    action = forms.RegexField(
        r"\A[a-z]+(?:-[a-z]+)*:[a-z]+(?:-[a-z]+)*\Z", required=False, max_length=60
    )
    target = forms.UUIDField(required=False)
    token = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
