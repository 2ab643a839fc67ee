"""The form that asks for a file by sending the secret back."""

from django import forms
from django.core.validators import RegexValidator

from robots.tokens.exports import BY_KEY, SCOPES

# A label of RFC 1123, as an input's `pattern`, too.
NAMESPACE_PATTERN = "[a-z0-9]([\\-a-z0-9]*[a-z0-9])?"
NAMESPACE = RegexValidator(
    rf"\A{NAMESPACE_PATTERN}\Z", "Use lower-case letters, digits and hyphens."
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
        choices=list(SCOPES.items()),
    )
