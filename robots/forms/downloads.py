"""The form that asks for a file by sending the secret back."""

from django import forms
from django.core.validators import RegexValidator

from robots.exports import BY_KEY

NAMESPACE = RegexValidator(
    r"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z", "Use lower-case letters, digits and hyphens."
)


class DownloadForm(forms.Form):
    """Which file, and the secret that goes into it."""

    form = forms.ChoiceField(choices=[(key, key) for key in BY_KEY])
    secret = forms.CharField(max_length=4096, strip=False)
    namespace = forms.CharField(
        required=False, max_length=63, empty_value="default", validators=[NAMESPACE]
    )
