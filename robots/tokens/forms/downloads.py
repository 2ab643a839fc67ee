"""The form that asks for a file by sending the secret back."""

from django import forms
from django.core.validators import RegexValidator

from robots.tokens.exports import BY_KEY, ONE_ORGANIZATION, WHOLE_HOST

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
    scope = forms.ChoiceField(
        required=False,
        choices=[(WHOLE_HOST, "the whole host"), (ONE_ORGANIZATION, "this organization")],
    )
