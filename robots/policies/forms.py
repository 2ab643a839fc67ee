"""The form of a token policy."""

from typing import Any

from django import forms

from console.forms import named
from robots.models import TokenPolicy
from robots.models.policy import LIMITS

ANNOUNCED = "30 to 365. Announced 14 and 3 days before, and undone with one click."


class PolicyForm(forms.ModelForm[TokenPolicy]):
    """What an organization or a project allows. It comes in an address, so that its preview has one."""

    # Which effects the confirmed preview named.
    seen = forms.RegexField(r"\A[0-9a-f]{64}\Z", required=False, widget=forms.HiddenInput)

    class Meta:
        model = TokenPolicy
        fields = LIMITS
        help_texts = {
            "default_days": "What the form for a new token proposes. Empty: never.",
            "maximum_days": "From the day its end is chosen. Empty: no limit.",
            "unused_days": "They are pointed out and go on working. Empty: not pointed out.",
            "disable_tokens_days": f"{ANNOUNCED} Empty: never.",
            "disable_robots_days": f"{ANNOUNCED} Empty: never.",
        }

    def __init__(self, data: Any = None, *, instance: TokenPolicy) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, instance=instance)
        if instance.project_id:
            self.fields["default_days"].help_text = "Empty: as in the organization."

    def changes(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in named(self).items() if name in LIMITS}

    def sent(self) -> list[tuple[str, str]]:
        """The fields as they were sent, for the form that confirms them."""
        return [(name, str(self.data[name])) for name in LIMITS if name in self.data]
